package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HealthFileTest {
  private static final Duration PERIOD = Duration.ofMillis(10);

  private final AtomicBoolean healthy = new AtomicBoolean();
  private final AtomicInteger asked = new AtomicInteger();
  @TempDir private Path folder;

  @Test
  void shouldWriteOnlyWhileItIsHealthy() throws IOException {
    Path file = folder.resolve("state/health");
    try (HealthFile health = start(file)) {
      awaitTwoMoreBeats();
      assertThat(file).doesNotExist();

      healthy.set(true);
      await().until(() -> Files.exists(file) && !Files.readString(file).isBlank());

      healthy.set(false);
      awaitTwoMoreBeats();
      String last = Files.readString(file);
      awaitTwoMoreBeats();
      assertThat(file).hasContent(last);
      assertThat(Instant.parse(last.strip())).isBeforeOrEqualTo(Instant.now());
      health.close();
      assertThat(file).doesNotExist();
    }
  }

  @Test
  void shouldDeleteWhatAnEarlierProcessLeft() throws IOException {
    Path file = folder.resolve("health");
    Files.writeString(file, "2026-01-01T00:00:00Z");
    try (HealthFile health = start(file)) {
      assertThat(health).isNotNull();
      assertThat(file).doesNotExist();
    }
  }

  @Test
  void shouldSayWhichFileCannotBeWritten() throws IOException {
    Path notFolder = Files.writeString(folder.resolve("plain"), "");

    assertThatThrownBy(() -> start(notFolder.resolve("health")))
        .isInstanceOf(ExitException.class)
        .hasMessageContaining(notFolder.resolve("health").toString());
  }

  private HealthFile start(Path file) {
    return HealthFile.start(
        file,
        PERIOD,
        () -> {
          asked.incrementAndGet();
          return healthy.get();
        });
  }

  private void awaitTwoMoreBeats() {
    int before = asked.get();
    await().until(() -> asked.get() >= before + 2);
  }
}
