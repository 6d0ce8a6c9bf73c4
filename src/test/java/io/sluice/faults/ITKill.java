package io.sluice.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.embedded.Cluster;
import io.sluice.testing.SluiceProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.common.GroupState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code sluice run} with the bundled model, killed in mid-batch again and again while requests
 * flow in: with few partitions, and with many on one stream thread.
 */
@ExtendWith(SharedCluster.class)
class ITKill {
  private static final Logger LOG = LoggerFactory.getLogger(ITKill.class);
  private static final int BACKLOG = 400;

  /** More than the dispatcher takes, so that stream threads wait for room. */
  private static final int HEAVY_BACKLOG = 1100;

  private static final Duration HEAVY_LOAD = Duration.ofSeconds(FaultReport.count(15, 60));
  private static final Pattern GENERATION =
      Pattern.compile("Successfully joined group with generation Generation\\{generationId=(\\d+)");

  private final Random random = new Random(20);
  private final List<Duration> recoveries = new ArrayList<>();
  private final List<Integer> restored = new ArrayList<>();
  @TempDir private Path state;

  @Test
  void shouldGiveEachRequestOneResultWhenItIsKilledInMidBatch(Cluster cluster) {
    int kills = FaultReport.count(4, 20);
    try (FaultScene scene = new FaultScene(cluster, "kill", 4, 11)) {
      scene.topUp(BACKLOG);
      SluiceProcess child = scene.start(state);
      scene.awaitResults(0, 1);
      killAndRestart(scene, child, kills);

      scene.report(
          1,
          "SIGKILL in mid-batch, 4 partitions",
          kills + " kills, each followed by a start; session 2 s, transaction 3 s",
          longest(),
          remark());
    }
  }

  @Test
  void shouldKeepItsGenerationUnderLoadAndGiveEachRequestOneResultWhenOneThreadHas48Partitions(
      Cluster cluster) {
    int kills = FaultReport.count(2, 20);
    try (FaultScene scene = new FaultScene(cluster, "kill-many", 48, 211)) {
      scene.topUp(HEAVY_BACKLOG);
      SluiceProcess child =
          scene.start(
              state,
              List.of("-Dlogback.configurationFile=logback-generations.xml"),
              List.of("--stream-threads=1"));
      scene.awaitResults(0, 1);
      int underLoad = keepLoadedInOneGeneration(scene, child);
      killAndRestart(scene, child, kills);

      scene.report(
          2,
          "SIGKILL in mid-batch, 48 partitions on one stream thread",
          String.format(
              Locale.ROOT,
              "%d s with a backlog above %d, then %d kills, each followed by a start",
              HEAVY_LOAD.toSeconds(),
              HEAVY_BACKLOG,
              kills),
          longest(),
          String.format(
              Locale.ROOT,
              "the group's generation did not change under load, %d results; %s",
              underLoad,
              remark()));
    }
  }

  /** Asserts that a full instance is not thrown out of its group; returns the results meanwhile. */
  private static int keepLoadedInOneGeneration(FaultScene scene, SluiceProcess child) {
    ConsumerGroupDescription group = scene.group().orElseThrow();
    List<String> generations = generations(child);
    assertThat(generations).isNotEmpty();
    int before = scene.results().size();
    long start = System.nanoTime();
    await()
        .pollInSameThread()
        .atMost(HEAVY_LOAD.plus(FaultScene.PATIENCE))
        .until(
            () -> {
              scene.topUp(HEAVY_BACKLOG);
              ConsumerGroupDescription now = scene.group().orElseThrow();
              assertThat(now.groupState()).isEqualTo(GroupState.STABLE);
              assertThat(members(now)).isEqualTo(members(group)).hasSize(1);
              scene.results().size();
              return System.nanoTime() - start > HEAVY_LOAD.toNanos();
            });
    assertThat(generations(child)).isEqualTo(generations);
    assertThat(scene.results().size()).isGreaterThan(before);
    return scene.results().size() - before;
  }

  private static List<String> members(ConsumerGroupDescription group) {
    return group.members().stream().map(MemberDescription::consumerId).toList();
  }

  /** The generations of the group that an instance was part of, by its log. */
  private static List<String> generations(SluiceProcess child) {
    List<String> found = new ArrayList<>();
    Matcher lines = GENERATION.matcher(child.output());
    while (lines.find()) {
      found.add(lines.group(1));
    }
    return found;
  }

  /** The last instance that is started is left alone. */
  private void killAndRestart(FaultScene scene, SluiceProcess first, int kills) {
    SluiceProcess child = first;
    for (int kill = 1; kill <= kills; kill++) {
      scene.topUp(BACKLOG);
      int seen = scene.awaitResults(scene.results().size(), 1 + random.nextInt(24));
      assertThat(seen).as("results when it is killed").isLessThan(scene.flow().sent());
      child.kill();
      int before = scene.settle();
      Instant end = Instant.now();
      child = scene.start(state);
      recoveries.add(scene.recovery(end, before));
      int found = FaultScene.restored(child);
      restored.add(found);
      LOG.info(
          "kill {}: {} of {} results, {} restored, recovered after {}",
          kill,
          before,
          scene.flow().sent(),
          found,
          recoveries.get(kill - 1));
    }
    // a kill may find nothing pending whose offset was committed; not all of them do
    assertThat(restored).as("pending records found after kills").anyMatch(found -> found > 0);
  }

  private Duration longest() {
    return recoveries.stream().max(Comparator.naturalOrder()).orElseThrow();
  }

  private String remark() {
    List<Duration> sorted = recoveries.stream().sorted().toList();
    return String.format(
        Locale.ROOT,
        "%d to %d pending records restored each time; recovery from the start of the process: "
            + "longest in the column, median %.1f s",
        restored.stream().min(Comparator.naturalOrder()).orElseThrow(),
        restored.stream().max(Comparator.naturalOrder()).orElseThrow(),
        sorted.get(sorted.size() / 2).toMillis() / 1000.0);
  }
}
