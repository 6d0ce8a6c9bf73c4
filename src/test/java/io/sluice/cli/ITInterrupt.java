package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.embedded.EmbeddedCluster;
import io.sluice.testing.SluiceProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that are interrupted: status 130 after SIGINT, 0 after SIGTERM where it is the end. */
class ITInterrupt {
  private static final int INTERRUPTED = 130;
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final Duration ORDERLY_END = Duration.ofSeconds(30);
  private static final List<String> JAVA = List.of("-Xmx1g");

  @TempDir private Path folder;

  @Test
  void shouldEndTranslateWith130WhenItIsInterrupted() throws IOException {
    Path lines = folder.resolve("lines.txt");
    Files.write(lines, Collections.nCopies(50_000, "A man is riding a bicycle."));
    try (SluiceProcess translate =
        SluiceProcess.start(log(), lines, JAVA, List.of("translate", "--from=en", "--to=de"))) {
      await().atMost(PATIENCE).until(() -> translate.output().contains("Ein Mann"));

      assertThat(translate.interrupt(ORDERLY_END)).isEqualTo(INTERRUPTED);
    }
  }

  @Test
  void shouldEndRunWith130WhenItIsInterruptedAndWith0WhenItIsTerminated() {
    try (EmbeddedCluster cluster = EmbeddedCluster.start()) {
      try (SluiceProcess run = running(cluster)) {
        assertThat(run.interrupt(ORDERLY_END)).isEqualTo(INTERRUPTED);
        assertThat(run.output()).contains("SIGINT: sending what is finished, then leaving");
      }
      try (SluiceProcess run = running(cluster)) {
        assertThat(run.terminate(ORDERLY_END)).isZero();
        assertThat(run.output()).doesNotContain(" WARN ", " ERROR ");
      }
    }
  }

  private SluiceProcess running(EmbeddedCluster cluster) {
    SluiceProcess run =
        SluiceProcess.start(
            log(),
            JAVA,
            List.of(
                "run",
                "--bootstrap-server=" + cluster.bootstrapServer(),
                "--schema-registry-url=" + cluster.schemaRegistryUrl(),
                "--state-dir=" + folder.resolve("state"),
                "--create-topics",
                "--replication-factor=1"));
    await().atMost(PATIENCE).until(() -> run.output().contains("state RUNNING"));
    return run;
  }

  private Path log() {
    return folder.resolve("process.log");
  }
}
