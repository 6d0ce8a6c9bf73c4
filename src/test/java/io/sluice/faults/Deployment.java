package io.sluice.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.batching.BatchLimits;
import io.sluice.embedded.EmbeddedCluster;
import io.sluice.engine.Translator;
import io.sluice.pipeline.ApplicationConfig;
import io.sluice.pipeline.TopicNames;
import io.sluice.pipeline.TranslationApplication;
import io.sluice.testing.FlowCounts;
import io.sluice.testing.RecordFlow;
import io.sluice.testing.ResultLog;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.streams.KafkaStreams;

/**
 * One application with topics of its own on a cluster, and readers of what comes out. The cluster
 * stays open. One thread.
 */
final class Deployment implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(120);

  private final ApplicationConfig config;
  private final EmbeddedCluster cluster;
  private final TranslationApplication application;
  private final ResultLog results;
  private final ResultLog deadLetters;

  private Deployment(EmbeddedCluster cluster, ApplicationConfig config, Translator translator) {
    this.cluster = cluster;
    this.config = config;
    application = new TranslationApplication(config, translator);
    application.start();
    results = new ResultLog(cluster, config.topics().results());
    deadLetters = new ResultLog(cluster, config.topics().deadLetters());
  }

  /** Small batches, four partitions, topics named after the test. */
  static ApplicationConfig.Builder config(
      EmbeddedCluster cluster, String registryUrl, String name, Path state) {
    return ApplicationConfig.builder(cluster.bootstrapServer(), registryUrl)
        .applicationId(name)
        .topics(new TopicNames(name + ".requests", name + ".results", name + ".dlq"))
        .createTopics(true)
        .partitions(4)
        .replicationFactor(1)
        .batchLimits(new BatchLimits(16, 1024, Duration.ofMillis(20)))
        .stateDir(state);
  }

  static Deployment start(
      EmbeddedCluster cluster, ApplicationConfig config, Translator translator) {
    return new Deployment(cluster, config, translator);
  }

  RecordFlow flow(Map<String, Object> producerSettings) {
    return new RecordFlow(cluster, config.topics().requests(), producerSettings);
  }

  ApplicationConfig config() {
    return config;
  }

  TranslationApplication application() {
    return application;
  }

  ResultLog results() {
    return results;
  }

  ResultLog deadLetters() {
    return deadLetters;
  }

  /** Outcomes read so far. */
  int outcomes() {
    return RecordFlow.outcomes(results, deadLetters);
  }

  /** Waits for so many outcomes; returns how long that took. */
  Duration awaitOutcomes(int count) {
    long start = System.nanoTime();
    await().atMost(PATIENCE).until(() -> outcomes() >= count);
    return Duration.ofNanos(System.nanoTime() - start);
  }

  /** Waits until no more than the flow's outcomes come, and fails unless each came once. */
  FlowCounts assertAllOnceInOrder(RecordFlow flow) {
    awaitOutcomes(flow.sent());
    assertQuiet(flow.sent());
    FlowCounts counts = flow.count(results, deadLetters);
    assertThat(counts).isEqualTo(new FlowCounts(flow.sent(), flow.sent(), 0, 0, 0));
    return counts;
  }

  /** Fails if another outcome comes within a second, or the application is not well. */
  void assertQuiet(int outcomes) {
    await()
        .during(Duration.ofSeconds(1))
        .atMost(Duration.ofSeconds(10))
        .until(() -> outcomes() == outcomes);
    await().atMost(PATIENCE).until(() -> application.pendingRecords() == 0);
    assertThat(application.state()).isEqualTo(KafkaStreams.State.RUNNING);
    assertThat(application.exitStatus()).isZero();
  }

  /** For so long the application neither ends nor does any of these change. */
  void assertWaits(Duration time, int outcomes) {
    await()
        .during(time)
        .atMost(time.plusSeconds(5))
        .until(() -> outcomes() == outcomes && application.await(Duration.ZERO).isEmpty());
  }

  @Override
  public void close() {
    try (application;
        results) {
      deadLetters.close();
    }
  }
}
