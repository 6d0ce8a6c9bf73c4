package io.sluice.pipeline;

/**
 * The topics of the application.
 *
 * @param requests read
 * @param results written
 * @param deadLetters written, raw requests with the reason in their headers
 */
public record TopicNames(String requests, String results, String deadLetters) {
  /** The names of the contract. */
  public static final TopicNames DEFAULT =
      new TopicNames(
          "translation.requests.v1", "translation.results.v1", "translation.requests.v1.dlq");

  /** What the name of every changelog of a pending store ends with. */
  public static final String CHANGELOG_SUFFIX = "-" + TranslationTopology.PENDING + "-changelog";

  /** The changelog of the pending store, as Kafka Streams names it. */
  public static String changelog(String applicationId) {
    return applicationId + CHANGELOG_SUFFIX;
  }
}
