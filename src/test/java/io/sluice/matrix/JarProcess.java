package io.sluice.matrix;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A main class from a folder of jars, in a process of its own. */
final class JarProcess implements AutoCloseable {
  private static final String MEMORY = "-Xmx400m";
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final Process process;

  private JarProcess(Process process) {
    this.process = process;
  }

  /** Starts it; {@code log} receives its stdout and stderr. */
  static JarProcess start(Path jars, Path log, String mainClass, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(MEMORY, "-XX:+UseSerialGC", "-cp", jars.toAbsolutePath() + "/*"));
    command.add(mainClass);
    command.addAll(List.of(arguments));
    try {
      return new JarProcess(
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Whether it ends with status 0 in time. */
  boolean succeeds(Duration patience) {
    return ends(patience) && process.exitValue() == 0;
  }

  @Override
  public void close() {
    process.destroy();
    if (!ends(PATIENCE)) {
      process.destroyForcibly();
    }
  }

  private boolean ends(Duration patience) {
    try {
      return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
      return false;
    }
  }
}
