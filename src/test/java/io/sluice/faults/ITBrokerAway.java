package io.sluice.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.embedded.EmbeddedCluster;
import io.sluice.testing.FlowCounts;
import io.sluice.testing.RequestFlow;
import io.sluice.testing.ScriptedTranslator;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The broker goes away in mid-stream, with records pending and batches running, and comes back. */
class ITBrokerAway {
  private static final int PART = 150;

  private static EmbeddedCluster cluster;

  private final Semaphore batches = new Semaphore(0);
  private final ScriptedTranslator translator = new ScriptedTranslator();
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
  void shouldGoOnWhenTheBrokerIsRestartedAgainAndAgain() {
    int restarts = FaultReport.count(2, 5);
    Duration away = Duration.ofSeconds(2);
    report(10, "broker restart", restarts, away, takeAway("restarts", restarts, away));
  }

  @Test
  void shouldWaitAndGoOnWhenTheBrokerIsAwayForLongerThanATransactionLasts() {
    Duration away = Duration.ofSeconds(FaultReport.count(5, 30));
    report(11, "broker outage", 1, away, takeAway("outage", 1, away));
  }

  private record Seen(FlowCounts counts, Duration recovery, int pending) {}

  private Seen takeAway(String name, int times, Duration away) {
    translator.script(batch -> batches.acquireUninterruptibly());
    Duration longest = Duration.ZERO;
    int pending = Integer.MAX_VALUE;
    try (Deployment deployment =
            Deployment.start(
                cluster,
                Deployment.config(cluster, cluster.schemaRegistryUrl(), name, state).build(),
                translator);
        RequestFlow flow = new RequestFlow(cluster, deployment.config().topics().requests())) {
      for (int i = 0; i < times; i++) {
        int before = deployment.outcomes();
        flow.send(PART);
        flow.finish();
        batches.release(4);
        deployment.awaitOutcomes(before + 1);
        assertThat(deployment.outcomes()).isLessThan(flow.sent());
        assertThat(deployment.application().pendingRecords()).isPositive();
        pending = Math.min(pending, deployment.application().pendingRecords());

        cluster.kafka().stop();
        batches.release(4);
        int seen = deployment.outcomes();
        deployment.assertWaits(away, seen);
        cluster.kafka().startAgain();
        Duration recovery = deployment.awaitOutcomes(seen + 1);
        longest = recovery.compareTo(longest) > 0 ? recovery : longest;
        flow.send(PART);
        flow.finish();
      }
      batches.release(Integer.MAX_VALUE / 2);
      deployment.awaitOutcomes(flow.sent());
      deployment.assertQuiet(flow.sent());
      assertThat(deployment.deadLetters().seen()).isEmpty();
      flow.assertAllOnceInOrder(deployment.results());
      return new Seen(flow.count(deployment.results()), longest, pending);
    } finally {
      batches.release(Integer.MAX_VALUE / 4);
    }
  }

  private static void report(int row, String fault, int times, Duration away, Seen seen) {
    FaultReport.add(
        FaultRow.of(
            row,
            fault,
            "%d × stopped in mid-batch, %d s away".formatted(times, away.toSeconds()),
            seen.counts(),
            seen.recovery(),
            "at least %d records pending each time; no dead letter; longest recovery"
                .formatted(seen.pending())));
  }
}
