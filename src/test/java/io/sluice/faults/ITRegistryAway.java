package io.sluice.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.codec.DeadLetterHeaders;
import io.sluice.dispatch.DispatchLimits;
import io.sluice.domain.RejectionCode;
import io.sluice.embedded.EmbeddedCluster;
import io.sluice.testing.FlowCounts;
import io.sluice.testing.RecordFlow;
import io.sluice.testing.RegistryProxy;
import io.sluice.testing.ResultLog.Seen;
import io.sluice.testing.ScriptedTranslator;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The registry is away, silent, or a replica that lags, when records with schema ids arrive that
 * were never asked for.
 */
class ITRegistryAway {
  private static final int KEYS = 10;
  private static final int CACHED = 200;
  private static final int ROOM = 64;

  /** What one poll may bring after the last look at whether there is room. */
  private static final int FETCHED = 256;

  private static EmbeddedCluster cluster;

  @TempDir private Path state;

  @BeforeAll
  static void start() {
    cluster = EmbeddedCluster.start();
  }

  @AfterAll
  static void close() {
    if (cluster != null) {
      cluster.close();
    }
  }

  private Deployment deploy(RegistryProxy proxy, String name, Duration grace) {
    return Deployment.start(
        cluster,
        Deployment.config(cluster, proxy.url(), name, state)
            .dispatchLimits(new DispatchLimits(ROOM, 32 << 20, Duration.ofMillis(500)))
            .schemaGrace(grace)
            .build(),
        new ScriptedTranslator());
  }

  @Test
  void shouldKeepOnlyRecordsOfTheUnknownSchemaWaitingWhenTheRegistryIsAway() {
    Duration away = Duration.ofSeconds(FaultReport.count(2, 20));
    try (RegistryProxy proxy = new RegistryProxy(cluster.schemaRegistryUrl());
        Deployment deployment = deploy(proxy, "away", Duration.ofSeconds(1));
        RecordFlow flow = deployment.flow(Map.of())) {
      int cached = flow.requestSchema();
      sendCached(flow, cached);
      deployment.awaitOutcomes(flow.sent());

      proxy.refuse();
      Duration slowest = othersGoOn(deployment, flow, cached, flow.equalSchema("first"), away);
      proxy.open();
      Duration recovery = deployment.awaitOutcomes(flow.sent());

      proxy.silence();
      Duration slowestSilent =
          othersGoOn(deployment, flow, cached, flow.equalSchema("second"), away);
      proxy.open();
      Duration silentRecovery = deployment.awaitOutcomes(flow.sent());

      proxy.refuse();
      int before = deployment.outcomes();
      fill(flow, flow.equalSchema("third"));
      await().until(() -> deployment.application().pendingRecords() >= ROOM);
      deployment.assertWaits(away, before);
      assertThat(deployment.application().pendingRecords()).isLessThan(ROOM + FETCHED);
      proxy.open();
      Duration fullRecovery = deployment.awaitOutcomes(flow.sent());

      FlowCounts counts = deployment.assertAllOnceInOrder(flow);
      assertThat(deployment.deadLetters().seen()).isEmpty();
      FaultReport.add(
          FaultRow.of(
              12,
              "registry away, uncached schema id",
              String.format(
                  Locale.ROOT,
                  "%d s refusing, %d s silent, %d s refusing with more such records than Sluice"
                      + " holds at once",
                  away.toSeconds(),
                  away.toSeconds(),
                  away.toSeconds()),
              counts,
              longest(recovery, silentRecovery, fullRecovery),
              String.format(
                  Locale.ROOT,
                  "no dead letter; only records with the uncached id and later ones of their keys"
                      + " waited: %d others of the same partitions took %.1f s and %.1f s; when all"
                      + " that Sluice holds waits, no more is taken",
                  CACHED,
                  slowest.toMillis() / 1000.0,
                  slowestSilent.toMillis() / 1000.0)));
    }
  }

  /** Sends records of an uncached schema, and more; returns how long those that can go on took. */
  private static Duration othersGoOn(
      Deployment deployment, RecordFlow flow, int cached, int uncached, Duration away) {
    int before = deployment.outcomes();
    for (int i = 0; i < 8; i++) {
      flow.request("waiting-" + i, uncached, "who knows me");
      flow.request("waiting-" + i, cached, "behind it");
    }
    flow.finish();
    await().until(() -> deployment.application().pendingRecords() >= 16);
    sendCached(flow, cached);
    Duration took = deployment.awaitOutcomes(before + CACHED);
    deployment.assertWaits(away, before + CACHED);
    assertThat(deployment.application().pendingRecords()).isEqualTo(16);
    return took;
  }

  private static void sendCached(RecordFlow flow, int schema) {
    for (int i = 0; i < CACHED; i++) {
      flow.request("key-" + i % KEYS, schema, "a known form");
    }
    flow.finish();
  }

  private static void fill(RecordFlow flow, int schema) {
    for (int i = 0; i < 3 * ROOM; i++) {
      flow.request("key-" + i % KEYS, schema, "too many");
    }
    flow.finish();
  }

  private static Duration longest(Duration... durations) {
    Duration longest = Duration.ZERO;
    for (Duration each : durations) {
      longest = each.compareTo(longest) > 0 ? each : longest;
    }
    return longest;
  }

  @Test
  void shouldBelieveARegistryThatDoesNotKnowAnIdOnlyAfterTheGracePeriod() {
    Duration grace = Duration.ofSeconds(FaultReport.count(4, 20));
    Duration lag = grace.dividedBy(2);
    try (RegistryProxy proxy = new RegistryProxy(cluster.schemaRegistryUrl());
        Deployment deployment = deploy(proxy, "lagging", grace);
        RecordFlow flow = deployment.flow(Map.of())) {
      int late = flow.equalSchema("late");
      proxy.hide(late);
      sendSome(flow, late);
      await().until(() -> deployment.application().pendingRecords() == KEYS);
      deployment.assertWaits(lag, 0);
      proxy.show(late);
      Duration recovery = deployment.awaitOutcomes(flow.sent());
      assertThat(deployment.deadLetters().seen()).isEmpty();

      int never = flow.equalSchema("never");
      proxy.hide(never);
      int before = deployment.outcomes();
      sendSome(flow, never);
      await().until(() -> deployment.application().pendingRecords() == KEYS);
      deployment.assertWaits(lag, before);
      deployment.awaitOutcomes(flow.sent());
      assertThat(deployment.deadLetters().seen()).allSatisfy(ITRegistryAway::assertUnknownSchema);
      assertThat(deployment.deadLetters().size()).isEqualTo(KEYS);

      // an answer is believed for half a second
      deployment.assertQuiet(flow.sent());
      proxy.show(never);
      sendSome(flow, never);
      FlowCounts counts = deployment.assertAllOnceInOrder(flow);
      assertThat(deployment.deadLetters().size()).isEqualTo(KEYS);
      FaultReport.add(
          FaultRow.of(
              13,
              "registry answers 40403 for a valid id",
              "for %d s and for longer, grace period %d s"
                  .formatted(lag.toSeconds(), grace.toSeconds()),
              counts,
              recovery,
              ("within the grace period no dead letter; after it %d of `SCHEMA_UNKNOWN`, retryable;"
                      + " once the registry knew the id its records were translated")
                  .formatted(KEYS)));
    }
  }

  private static void assertUnknownSchema(Seen letter) {
    assertThat(header(letter, DeadLetterHeaders.CODE))
        .isEqualTo(RejectionCode.SCHEMA_UNKNOWN.name());
    assertThat(header(letter, DeadLetterHeaders.RETRYABLE)).isEqualTo("true");
    assertThat(letter.raw().value()).isNotNull();
  }

  private static String header(Seen seen, String name) {
    return new String(seen.raw().headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }

  private static void sendSome(RecordFlow flow, int schema) {
    for (int i = 0; i < KEYS; i++) {
      flow.request("key-" + i, schema, "of a new form");
    }
    flow.finish();
  }
}
