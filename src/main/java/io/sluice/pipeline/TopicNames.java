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
}
