package io.sluice.cli;

import io.sluice.domain.UnavailableException;
import io.sluice.pipeline.PendingStore;
import io.sluice.pipeline.PendingStores;
import java.util.ArrayList;
import java.util.List;

/** What is pending, and whether it can be finished as things are. */
final class PendingChecks {
  private static final String SUBJECT = "pending";

  private PendingChecks() {}

  /** The store of an application id, then stores that others have left behind. */
  static List<Finding> all(
      PendingStores stores, String applicationId, String requestsTopic, String bootstrapServers) {
    List<Finding> findings = new ArrayList<>();
    try {
      findings.add(of(stores.inspect(applicationId, requestsTopic), bootstrapServers));
      for (PendingStore other : stores.abandoned(applicationId, requestsTopic)) {
        findings.add(abandoned(other));
      }
    } catch (UnavailableException e) {
      findings.add(
          Finding.fail(
              SUBJECT,
              e.getMessage(),
              "allow this user to read the changelog and to describe the group"));
    }
    return findings;
  }

  static Finding of(PendingStore store, String bootstrapServers) {
    String remedy = store.remedy(bootstrapServers);
    return remedy.isEmpty()
        ? Finding.ok(SUBJECT, store.detail())
        : Finding.fail(SUBJECT, store.detail(), remedy);
  }

  static Finding abandoned(PendingStore other) {
    return Finding.warn(
        "pending of application id " + other.applicationId(),
        other.pendingText() + " and no instance runs",
        "./sluice run --drain --application-id " + other.applicationId() + " finishes them");
  }
}
