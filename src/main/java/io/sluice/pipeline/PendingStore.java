package io.sluice.pipeline;

import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The pending store of an application id as the cluster has it: whether its changelog fits the
 * requests topic, and what is pending. Task <i>p</i> reads partition <i>p</i> of both, so both need
 * the same number of partitions.
 *
 * @param applicationId whose store it is
 * @param requestsTopic the topic that it keeps records of
 * @param requestsPartitions how many that has
 * @param changelogPartitions how many the changelog has; 0: there is no changelog
 * @param rows what is pending, by partition of the changelog
 * @param rewound partitions of the requests topic that have no committed offset or end before it
 */
public record PendingStore(
    String applicationId,
    String requestsTopic,
    int requestsPartitions,
    int changelogPartitions,
    SortedMap<Integer, PendingRows> rows,
    Set<Integer> rewound) {

  /** How the changelog and the requests topic go together. */
  public enum Fit {
    /** There is no changelog yet. */
    NEW,
    /** They go together. */
    FITS,
    /** Partitions were added to the requests topic: the changelog must grow. */
    REQUESTS_GREW,
    /** The requests topic was made again with fewer partitions. */
    REQUESTS_SHRANK,
    /** The requests topic was made again; its offsets begin anew while old rows are pending. */
    REQUESTS_MADE_AGAIN
  }

  /** A store that was never used. */
  static PendingStore unused(String applicationId, String requestsTopic, int requestsPartitions) {
    return new PendingStore(
        applicationId, requestsTopic, requestsPartitions, 0, new TreeMap<>(), Set.of());
  }

  /** The changelog. */
  public String changelogTopic() {
    return TopicNames.changelog(applicationId);
  }

  /** Rows pending in all partitions. */
  public long pending() {
    return rows.values().stream().mapToLong(PendingRows::count).sum();
  }

  /** How changelog and requests topic go together. */
  public Fit fit() {
    if (changelogPartitions == 0) {
      return Fit.NEW;
    }
    if (requestsPartitions > changelogPartitions) {
      return Fit.REQUESTS_GREW;
    }
    if (requestsPartitions < changelogPartitions) {
      return Fit.REQUESTS_SHRANK;
    }
    return rewound.stream().anyMatch(p -> rows.getOrDefault(p, PendingRows.NONE).count() > 0)
        ? Fit.REQUESTS_MADE_AGAIN
        : Fit.FITS;
  }

  /** {@code 17 records pending (partition 0: 12, 3: 5)} or {@code nothing pending}. */
  public String pendingText() {
    if (pending() == 0) {
      return "nothing pending";
    }
    StringBuilder text = new StringBuilder();
    for (Map.Entry<Integer, PendingRows> each : rows.entrySet()) {
      if (each.getValue().count() > 0) {
        text.append(text.isEmpty() ? "partition " : ", ");
        text.append(each.getKey()).append(": ").append(each.getValue().count());
      }
    }
    return (pending() == 1 ? "1 record" : pending() + " records") + " pending (" + text + ")";
  }

  /** What was seen, one line. */
  public String detail() {
    return switch (fit()) {
      case NEW -> "application id %s has no changelog yet".formatted(applicationId);
      case FITS ->
          "%s, %d partitions, %s".formatted(changelogTopic(), changelogPartitions, pendingText());
      case REQUESTS_GREW, REQUESTS_SHRANK ->
          "%s has %d partitions, %s has %d, %s"
              .formatted(
                  requestsTopic,
                  requestsPartitions,
                  changelogTopic(),
                  changelogPartitions,
                  pendingText());
      case REQUESTS_MADE_AGAIN ->
          "%s has no committed offset, or ends before it (partitions %s): it was"
                  .formatted(requestsTopic, rewound)
              + " deleted and made again, or cut; of before there is "
              + pendingText();
    };
  }

  /** What to do, without the subject; empty if nothing. */
  public String remedy(String bootstrapServers) {
    return switch (fit()) {
      case NEW, FITS -> "";
      case REQUESTS_GREW ->
          "grow the changelog, its rows stay with their partitions:"
              + " ./sluice run --create-topics does it, or "
              + alter(bootstrapServers, changelogTopic(), requestsPartitions)
              + (pending() == 0
                  ? ""
                  : ". Keys move between partitions when there are more of them: later requests of"
                      + " a key can overtake its pending ones");
      case REQUESTS_SHRANK -> shrunkRemedy(bootstrapServers);
      case REQUESTS_MADE_AGAIN ->
          "./sluice run --drain --application-id %s first: it finishes them"
                  .formatted(applicationId)
              + " and takes nothing new";
    };
  }

  private String shrunkRemedy(String bootstrapServers) {
    String delete =
        "kafka-topics.sh --bootstrap-server %s --delete --topic %s"
            .formatted(bootstrapServers, changelogTopic());
    return pending() == 0
        ? "nothing is pending, so the changelog can go: " + delete
        : "do not delete the changelog, it has the only copy. Give the topic as many partitions: "
            + alter(bootstrapServers, requestsTopic, changelogPartitions)
            + " and then ./sluice run --drain --application-id "
            + applicationId;
  }

  private static String alter(String bootstrapServers, String topic, int partitions) {
    return "kafka-topics.sh --bootstrap-server %s --alter --topic %s --partitions %d"
        .formatted(bootstrapServers, topic, partitions);
  }
}
