package io.sluice.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that is written again and again while something is well, for a health check from outside:
 * a file older than a few periods means that the process hangs, has not started or has ended.
 * {@link #close} deletes it. Thread-safe.
 */
final class HealthFile implements AutoCloseable {
  static final Duration PERIOD = Duration.ofSeconds(5);
  private static final Logger LOG = LoggerFactory.getLogger(HealthFile.class);

  private final Path file;
  private final BooleanSupplier healthy;
  private final ScheduledExecutorService beats =
      Executors.newSingleThreadScheduledExecutor(
          body -> {
            Thread thread = new Thread(body, "sluice-health");
            thread.setDaemon(true);
            return thread;
          });

  private HealthFile(Path file, BooleanSupplier healthy) {
    this.file = file;
    this.healthy = healthy;
  }

  /**
   * Writes to {@code file} every {@code period} in which {@code healthy} says so; deletes what an
   * earlier process left there.
   *
   * @throws ExitException if the file cannot be written
   */
  static HealthFile start(Path file, Duration period, BooleanSupplier healthy) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.writeString(file, "");
      Files.delete(file);
    } catch (IOException e) {
      throw new ExitException("cannot write the health file " + file + " (" + e + ")", e);
    }
    HealthFile health = new HealthFile(file, healthy);
    var unused =
        health.beats.scheduleWithFixedDelay(
            health::beat, 0, period.toMillis(), TimeUnit.MILLISECONDS);
    return health;
  }

  private void beat() {
    try {
      if (healthy.getAsBoolean()) {
        Files.writeString(file, Instant.now() + "\n");
      }
    } catch (IOException e) {
      LOG.warn("cannot write the health file {}: {}", file, e.toString());
    }
  }

  @Override
  public void close() {
    beats.shutdown();
    try {
      if (beats.awaitTermination(1, TimeUnit.SECONDS)) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      LOG.warn("cannot delete the health file {}: {}", file, e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
