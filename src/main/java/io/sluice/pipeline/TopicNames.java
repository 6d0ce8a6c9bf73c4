package io.sluice.pipeline;

/**
 * The topics of the application.
 *
 * @param requests read
 * @param results written
 * @param deadLetters written, raw requests with the reason in their headers
 * @param upgrades written and read: degraded results that are owed a translation at full quality
 * @param revisions written: those translations
 * @param control written: decisions about experts and what was measured of them
 */
public record TopicNames(
    String requests,
    String results,
    String deadLetters,
    String upgrades,
    String revisions,
    String control) {
  /** The names of the contract. */
  public static final TopicNames DEFAULT =
      new TopicNames(
          "translation.requests.v1", "translation.results.v1", "translation.requests.v1.dlq");

  /** What the name of every changelog of a pending store ends with. */
  public static final String CHANGELOG_SUFFIX = "-" + TranslationTopology.PENDING + "-changelog";

  /** The others are named after the requests topic, see {@link #sibling}. */
  public TopicNames(String requests, String results, String deadLetters) {
    this(
        requests,
        results,
        deadLetters,
        sibling(requests, "upgrades"),
        sibling(requests, "revisions"),
        sibling(requests, "control"));
  }

  /**
   * The name of a topic beside the requests topic: the word {@code requests} in its name is
   * replaced, or the other word appended. So two applications on different requests topics share
   * none of the others by accident.
   *
   * @param what {@code upgrades}, {@code revisions} or {@code control}
   */
  public static String sibling(String requests, String what) {
    return requests.contains("requests")
        ? requests.replace("requests", what)
        : requests + "." + what;
  }

  /** The changelog of the pending store, as Kafka Streams names it. */
  public static String changelog(String applicationId) {
    return applicationId + CHANGELOG_SUFFIX;
  }
}
