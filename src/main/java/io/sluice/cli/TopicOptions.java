package io.sluice.cli;

import io.sluice.pipeline.TopicNames;
import picocli.CommandLine.Option;

/** Which application, on which topics. */
public final class TopicOptions {
  @Option(
      names = "--application-id",
      paramLabel = "ID",
      defaultValue = "sluice",
      description = "Instances with the same one share the partitions.")
  private String applicationId;

  @Option(
      names = "--requests-topic",
      paramLabel = "T",
      defaultValue = "translation.requests.v1",
      description = "Topic of the requests.")
  private String requestsTopic;

  @Option(
      names = "--results-topic",
      paramLabel = "T",
      defaultValue = "translation.results.v1",
      description = "Topic of the results.")
  private String resultsTopic;

  @Option(
      names = "--dlq-topic",
      paramLabel = "T",
      description = "Topic of the dead letters; default: the requests topic with .dlq.")
  private String deadLettersTopic;

  @Option(
      names = "--upgrades-topic",
      paramLabel = "T",
      description =
          "Topic of what is owed for degraded results; default: the requests topic with upgrades"
              + " instead of requests.")
  private String upgradesTopic;

  @Option(
      names = "--revisions-topic",
      paramLabel = "T",
      description = "Topic of later full-quality texts; default: likewise, with revisions.")
  private String revisionsTopic;

  @Option(
      names = "--control-topic",
      paramLabel = "T",
      description = "Topic of decisions about experts; default: likewise, with control.")
  private String controlTopic;

  public String applicationId() {
    return applicationId;
  }

  /** The names. */
  public TopicNames topics() {
    return new TopicNames(
        requestsTopic,
        resultsTopic,
        deadLettersTopic == null ? requestsTopic + ".dlq" : deadLettersTopic,
        given(upgradesTopic, "upgrades"),
        given(revisionsTopic, "revisions"),
        given(controlTopic, "control"));
  }

  private String given(String topic, String what) {
    return topic == null ? TopicNames.sibling(requestsTopic, what) : topic;
  }
}
