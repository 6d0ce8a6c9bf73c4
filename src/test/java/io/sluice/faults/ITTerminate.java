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

/** An orderly end while there is much to do. */
@ExtendWith(SharedCluster.class)
class ITTerminate {
  private static final int BACKLOG = 400;
  private static final Duration ORDERLY_END = Duration.ofSeconds(30);

  @TempDir private Path state;

  @Test
  void shouldEndInTimeAndLeaveTheRestToTheNextWhenItIsTerminatedUnderLoad(Cluster cluster) {
    try (FaultScene scene = new FaultScene(cluster, "terminate", 4, 11)) {
      scene.topUp(BACKLOG);
      SluiceProcess child = scene.start(state);
      scene.awaitResults(0, 1);
      Instant asked = Instant.now();

      assertThat(child.terminate(ORDERLY_END)).isZero();

      Duration took = Duration.between(asked, Instant.now());
      int before = scene.settle();
      assertThat(before).as("results when it ended").isLessThan(scene.flow().sent());
      Instant end = Instant.now();
      SluiceProcess next = scene.start(state);
      Duration recovery = scene.recovery(end, before);
      assertThat(FaultScene.restored(next)).as("pending records left to the next").isPositive();

      scene.report(
          6,
          "SIGTERM under load",
          "one SIGTERM with " + (scene.flow().sent() - before) + " requests open, then a start",
          recovery,
          String.format(
              Locale.ROOT,
              "exit status 0 after %.1f s; the next found %d pending records",
              took.toMillis() / 1000.0,
              FaultScene.restored(next)));
    }
  }
}
