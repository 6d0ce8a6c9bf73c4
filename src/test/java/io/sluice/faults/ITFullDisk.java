package io.sluice.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.embedded.Cluster;
import io.sluice.testing.SluiceProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * The disk of the state directory fills up. The pending store is in memory and its copy is the
 * changelog, so nothing may depend on that disk.
 */
@ExtendWith(SharedCluster.class)
class ITFullDisk {
  private static final int BACKLOG = 150;

  @TempDir private Path folder;

  @Test
  void shouldGoOnAndStartAgainWhenTheDiskOfTheStateDirectoryIsFull(Cluster cluster) {
    try (SmallFileSystem disk = mount();
        FaultScene scene = new FaultScene(cluster, "full-disk", 4, 11)) {
      Path state = disk.folder().resolve("state");
      scene.topUp(BACKLOG);
      SluiceProcess child = scene.start(state);
      scene.awaitResults(0, 1);
      disk.fill();
      int full = scene.results().size();
      scene.topUp(4 * BACKLOG); // a fast machine must have work left when it is killed
      int seen = scene.awaitResults(full, BACKLOG / 2);
      assertThat(seen).as("results when it is killed").isLessThan(scene.flow().sent());
      child.kill();
      int before = scene.settle();
      Instant end = Instant.now();
      SluiceProcess next = scene.start(state);
      Duration recovery = scene.recovery(end, before);
      int restored = FaultScene.restored(next);
      assertThat(restored).as("pending records found on the full disk").isPositive();
      assertThat(disk.isFull()).isTrue();

      scene.report(
          5,
          "full disk for the state directory",
          "neither a byte nor a file left: under load, then SIGKILL and a start on the full disk",
          recovery,
          String.format(
              Locale.ROOT,
              "went on with the full disk, %d results until it was killed; the next restored %d "
                  + "pending records from the changelog; the state directory is never written to",
              before - full,
              restored));
      assertThat(disk.others()).as("files of Sluice").isEmpty();
    }
  }

  private SmallFileSystem mount() {
    try {
      return SmallFileSystem.mount(folder);
    } catch (IOException e) {
      return Assumptions.abort("no small file system to fill up: " + e.getMessage());
    }
  }
}
