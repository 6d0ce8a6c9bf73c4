package io.sluice.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.batching.BatchLimits;
import io.sluice.pipeline.ApplicationConfig;
import io.sluice.pipeline.TranslationApplication;
import io.sluice.testing.ContainerCluster;
import io.sluice.testing.RequestFlow;
import io.sluice.testing.ResultLog;
import io.sluice.testing.ScriptedTranslator;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.apache.kafka.streams.KafkaStreams;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The application against broker and registry in containers; the broker is disturbed. */
class ITContainersBroker {
  private static final int PART = 150;
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final Semaphore batches = new Semaphore(0);
  @TempDir private Path state;
  private ContainerCluster cluster;

  // for each test: a class that is given up as a whole does not count as skipped
  @BeforeEach
  void start() {
    cluster = ContainerCluster.start();
  }

  @AfterEach
  void close() {
    batches.release(Integer.MAX_VALUE / 4);
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void shouldGiveEachRequestOneResultWhenTheBrokerIsPausedInMidStream() throws Exception {
    work(
        "paused",
        application -> {
          cluster.pauseBroker();
          try {
            batches.release(4);
            awaitStillRuns(application);
          } finally {
            cluster.resumeBroker();
          }
        });
  }

  @Test
  void shouldGiveEachRequestOneResultWhenTheBrokerIsRestartedInMidStream() throws Exception {
    work(
        "restarted",
        application -> {
          cluster.stopBroker();
          try {
            batches.release(4);
            awaitStillRuns(application);
          } finally {
            cluster.startBrokerAgain();
          }
        });
  }

  private void work(String name, Disturbance disturbance) throws Exception {
    ScriptedTranslator translator = new ScriptedTranslator();
    translator.script(batch -> batches.acquireUninterruptibly());
    ApplicationConfig config = config(name);
    try (TranslationApplication application = new TranslationApplication(config, translator)) {
      application.start();
      try (RequestFlow flow = new RequestFlow(cluster, config.topics().requests());
          ResultLog results = new ResultLog(cluster, config.topics().results());
          ResultLog deadLetters = new ResultLog(cluster, config.topics().deadLetters())) {
        flow.send(PART);
        flow.finish();
        batches.release(4);
        await().atMost(PATIENCE).until(() -> results.size() > 0);
        assertThat(results.size()).isLessThan(flow.sent());
        assertThat(application.pendingRecords()).isPositive();

        disturbance.on(application);
        flow.send(PART);
        flow.finish();
        batches.release(Integer.MAX_VALUE / 4);

        await().atMost(PATIENCE).until(() -> results.size() >= flow.sent());
        await()
            .during(Duration.ofSeconds(1))
            .atMost(Duration.ofSeconds(5))
            .until(() -> results.size() == flow.sent());
        flow.assertAllOnceInOrder(results);
        assertThat(deadLetters.size()).isZero();
        assertThat(application.state()).isEqualTo(KafkaStreams.State.RUNNING);
        assertThat(application.pendingRecords()).isZero();
      }
    } finally {
      batches.release(Integer.MAX_VALUE / 4);
    }
  }

  private static void awaitStillRuns(TranslationApplication application) {
    await()
        .during(Duration.ofSeconds(3))
        .atMost(Duration.ofSeconds(10))
        .until(() -> application.await(Duration.ZERO).isEmpty());
  }

  private ApplicationConfig config(String name) {
    return ApplicationConfig.builder(cluster.bootstrapServer(), cluster.schemaRegistryUrl())
        .applicationId("containers-" + name)
        .topics(
            new io.sluice.pipeline.TopicNames(
                name + ".requests", name + ".results", name + ".dead-letters"))
        .createTopics(true)
        .partitions(4)
        .replicationFactor(1)
        .batchLimits(new BatchLimits(16, 1024, Duration.ofMillis(20)))
        .stateDir(state)
        .build();
  }

  /** What happens to the broker while requests are pending. */
  private interface Disturbance {
    void on(TranslationApplication application);
  }
}
