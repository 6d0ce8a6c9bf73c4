package io.sluice.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.avro.TranslationResult;
import io.sluice.embedded.Cluster;
import io.sluice.testing.FlowCounts;
import io.sluice.testing.ResultLog;
import io.sluice.testing.SluiceProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code sluice run} with a quarter of the experts, killed again and again while it pays back
 * quality: every result is degraded, and each gets one revision.
 */
@ExtendWith(SharedCluster.class)
class ITKillUpgrades {
  private static final int ROW = 17;
  private static final int REQUESTS = 160;
  private static final int PARTITIONS = 4;
  private static final Duration QUIET = Duration.ofSeconds(3);

  private final Random random = new Random(17);
  @TempDir private Path state;

  @Test
  void shouldReviseEachDegradedResultOnceWhenItIsKilledInMidUpgrade(Cluster cluster) {
    int kills = FaultReport.count(3, 12);
    try (FaultScene scene = new FaultScene(cluster, "kill-upgrades", PARTITIONS, 11)) {
      scene.topUp(REQUESTS);
      SluiceProcess child = start(scene);
      scene.awaitResults(0, REQUESTS);
      List<Duration> recoveries = new ArrayList<>();
      try (ResultLog revisions = new ResultLog(cluster, "kill-upgrades.revisions")) {
        for (int kill = 1; kill <= kills; kill++) {
          int before = settled(revisions);
          int more = 1 + random.nextInt(16);
          await("revisions")
              .atMost(FaultScene.PATIENCE)
              .until(() -> revisions.size() >= Math.min(before + more, scene.flow().sent()));
          child.kill();
          Instant end = Instant.now();
          // fresh work comes before what is owed
          scene.flow().send(20);
          scene.flow().finish();
          child = start(scene);
          int results = scene.results().size();
          scene.awaitResults(results, 1);
          recoveries.add(Duration.between(end, Instant.now()));
        }
        int sent = scene.flow().sent();
        scene.awaitResults(0, sent);
        await("all revisions")
            .atMost(FaultScene.PATIENCE.multipliedBy(3))
            .untilAsserted(() -> assertThat(revisions.size()).isGreaterThanOrEqualTo(sent));
        await().during(QUIET).atMost(FaultScene.PATIENCE).until(() -> revisions.size() == sent);

        FlowCounts counts = scene.flow().count(revisions);
        assertThat(counts).isEqualTo(new FlowCounts(sent, sent, 0, 0, 0));
        for (ResultLog.Seen each : revisions.seen()) {
          TranslationResult revision = revisions.result(each);
          assertThat(revision.getRevision()).isEqualTo(2);
          assertThat(revision.getDegraded()).isFalse();
        }
        assertThat(scene.results().seen())
            .allSatisfy(each -> assertThat(scene.results().result(each).getDegraded()).isTrue());
        scene.report(
            ROW,
            "SIGKILL in mid-upgrade",
            kills + " kills, each followed by a start; every result degraded by `--experts 8`",
            recoveries.stream().max(Comparator.naturalOrder()).orElseThrow(),
            "each result has one revision at full quality, in the order of its key");
      }
    }
  }

  /** Reads what the dead left behind, until nothing more comes; returns the number. */
  private static int settled(ResultLog revisions) {
    int[] latest = {-1, 0};
    await("the last revisions of the dead")
        .during(Duration.ofMillis(300))
        .atMost(FaultScene.PATIENCE)
        .until(
            () -> {
              latest[0] = latest[1];
              latest[1] = revisions.size();
              return latest[0] == latest[1];
            });
    return latest[1];
  }

  private SluiceProcess start(FaultScene scene) {
    return scene.start(
        state,
        "--experts=8",
        "--upgrades=on",
        "--upgrades-after=1s",
        "--create-topics",
        "--partitions=" + PARTITIONS);
  }
}
