package io.sluice.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.embedded.Cluster;
import io.sluice.testing.SluiceProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Two instances of {@code sluice run} share the partitions, and one of them stops for a while. */
@ExtendWith(SharedCluster.class)
class ITInstances {
  private static final int PARTITIONS = 6;
  private static final int KEYS = 31;
  private static final int PER_SECOND = 10;
  private static final int BURST = 200;

  /** Records that wait in a frozen instance, at least. */
  private static final int LEAST_TAKEN = 10;

  private static final Duration FROZEN = Duration.ofSeconds(FaultReport.count(6, 60));
  private static final Duration ORDERLY_END = Duration.ofSeconds(30);

  @TempDir private Path first;
  @TempDir private Path second;

  private Instant frozen;
  private int restoredBefore;

  @Test
  void shouldDoubleNothingWhenAFrozenInstanceWakesUpAfterItsSession(Cluster cluster) {
    try (FaultScene scene = new FaultScene(cluster, "frozen", PARTITIONS, KEYS)) {
      SluiceProcess zombie = scene.start(first);
      SluiceProcess other = scene.start(second);
      SteadyLoad load = new SteadyLoad(scene, PER_SECOND);
      load.until("both work", () -> scene.workingMembers() == 2);
      load.until("a freeze amid work", () -> freezesAmidWork(scene, zombie, other));
      load.until("take-over", () -> FaultScene.restored(other) > restoredBefore);
      Duration takeOver = Duration.between(frozen, Instant.now());
      load.until("one works", () -> scene.workingMembers() == 1);
      load.until(
          "the end of the freeze",
          () -> Duration.between(frozen, Instant.now()).compareTo(FROZEN) > 0);

      int takenOver = FaultScene.restored(other) - restoredBefore;
      assertThat(takenOver).isGreaterThanOrEqualTo(LEAST_TAKEN);
      int before = scene.results().size();
      zombie.resume();
      Instant end = Instant.now();
      load.until("a result", () -> scene.results().size() > before);
      Duration recovery = scene.recovery(end, before);
      load.until("both work again", () -> scene.workingMembers() == 2);
      Duration back = Duration.between(end, Instant.now());
      load.during(Duration.ofSeconds(3));
      assertThat(zombie.isAlive()).isTrue();

      scene.report(
          3,
          "one of two instances frozen (SIGSTOP) beyond its session, then continued",
          String.format(
              Locale.ROOT,
              "frozen %d s at %d requests/s with a session of 2 s, amid a burst of %d",
              FROZEN.toSeconds(),
              PER_SECOND,
              BURST),
          recovery,
          String.format(
              Locale.ROOT,
              "the other took over %d pending records %.1f s after the freeze and worked on; the "
                  + "zombie had partitions again %.1f s after its return",
              takenOver,
              seconds(takeOver),
              seconds(back)));
    }
  }

  @Test
  void shouldGoOnWhenInstancesAreRestartedInTurn(Cluster cluster) {
    int rounds = FaultReport.count(2, 10);
    try (FaultScene scene = new FaultScene(cluster, "rolling", PARTITIONS, KEYS)) {
      SluiceProcess[] children = {scene.start(first), scene.start(second)};
      Path[] states = {first, second};
      SteadyLoad load = new SteadyLoad(scene, PER_SECOND);
      load.until("both work", () -> scene.workingMembers() == 2);
      load.until("results", () -> scene.results().size() > PER_SECOND);
      int before = scene.results().size();
      Duration slowestStop = Duration.ZERO;
      Duration slowestStart = Duration.ZERO;
      for (int restart = 0; restart < 2 * rounds; restart++) {
        int which = restart % 2;
        SluiceProcess old = children[which];
        Instant asked = Instant.now();
        old.requestStop();
        load.until("its end", () -> !old.isAlive());
        assertThat(old.await(ORDERLY_END)).isZero();
        slowestStop = longer(slowestStop, Duration.between(asked, Instant.now()));

        Instant restarted = Instant.now();
        SluiceProcess fresh = scene.start(states[which]);
        children[which] = fresh;
        load.until("RUNNING", () -> FaultScene.isRunning(fresh));
        slowestStart = longer(slowestStart, Duration.between(restarted, Instant.now()));
      }
      load.during(Duration.ofSeconds(1));
      assertThat(slowestStop).isLessThan(ORDERLY_END);
      Duration gap = scene.longestGap(before);

      scene.report(
          4,
          "rolling restart of two instances",
          String.format(
              Locale.ROOT,
              "%d times: SIGTERM, start, wait until RUNNING, then the other; %d requests/s",
              rounds,
              PER_SECOND),
          gap,
          String.format(
              Locale.ROOT,
              "recovery is the longest time without any result; every exit status 0, the slowest "
                  + "stop %.1f s, the slowest start %.1f s",
              seconds(slowestStop),
              seconds(slowestStart)));
    }
  }

  /** Freezes an instance; lets it go on at once unless records that it took wait in it. */
  private boolean freezesAmidWork(FaultScene scene, SluiceProcess zombie, SluiceProcess other) {
    scene.topUp(BURST);
    restoredBefore = FaultScene.restored(other);
    zombie.freeze();
    frozen = Instant.now();
    if (scene.leastPending() >= LEAST_TAKEN && scene.workingMembers() == 2) {
      return true;
    }
    zombie.resume();
    return false;
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }
}
