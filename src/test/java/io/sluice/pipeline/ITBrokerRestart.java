package io.sluice.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.embedded.EmbeddedCluster;
import io.sluice.testing.RequestFlow;
import io.sluice.testing.ResultLog;
import io.sluice.testing.ScriptedTranslator;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.apache.kafka.streams.KafkaStreams;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The broker goes away in mid-stream and comes back. */
class ITBrokerRestart {
  private static final int RESTARTS = 2;
  private static final int PART = 150;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static EmbeddedCluster cluster;

  private final Semaphore batches = new Semaphore(0);
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

  @Test
  void shouldWaitAndGoOnWhenTheBrokerIsAwayForAWhile() throws Exception {
    ScriptedTranslator translator = new ScriptedTranslator();
    translator.script(batch -> batches.acquireUninterruptibly());
    ApplicationConfig config = config();
    try (TranslationApplication application = new TranslationApplication(config, translator)) {
      application.start();
      try (RequestFlow flow = new RequestFlow(cluster, config.topics().requests());
          ResultLog results = new ResultLog(cluster, config.topics().results());
          ResultLog deadLetters = new ResultLog(cluster, config.topics().deadLetters())) {
        for (int restart = 1; restart <= RESTARTS; restart++) {
          int before = results.size();
          flow.send(PART);
          flow.finish();
          batches.release(4);
          await().atMost(PATIENCE).until(() -> results.size() > before);
          assertThat(results.size()).isLessThan(flow.sent());
          assertThat(application.pendingRecords()).isPositive();

          cluster.kafka().stop();
          batches.release(4);
          await()
              .during(Duration.ofSeconds(3))
              .atMost(Duration.ofSeconds(10))
              .until(() -> application.await(Duration.ZERO).isEmpty());
          cluster.kafka().startAgain();
          flow.send(PART);
          flow.finish();
        }
        batches.release(Integer.MAX_VALUE / 2);

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

  private ApplicationConfig config() {
    return ApplicationConfig.builder(cluster.bootstrapServer(), cluster.schemaRegistryUrl())
        .applicationId("restart-test")
        .createTopics(true)
        .partitions(4)
        .replicationFactor(1)
        .batchLimits(new io.sluice.batching.BatchLimits(16, 1024, Duration.ofMillis(20)))
        .stateDir(state)
        .build();
  }
}
