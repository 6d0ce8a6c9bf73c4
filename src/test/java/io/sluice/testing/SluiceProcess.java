package io.sluice.testing;

import io.sluice.cli.Main;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The program in a process of its own, with the class path of the test. One thread. */
public final class SluiceProcess implements AutoCloseable {
  private final Process process;
  private final Path log;

  private SluiceProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /**
   * Starts {@code sluice ARGUMENTS}.
   *
   * @param log receives its stdout and stderr
   * @param javaOptions for example {@code -Xmx1g}
   */
  public static SluiceProcess start(Path log, List<String> javaOptions, List<String> arguments) {
    return start(log, Path.of("/dev/null"), javaOptions, arguments);
  }

  /**
   * Starts {@code sluice ARGUMENTS < INPUT}.
   *
   * @param log receives its stdout and stderr
   * @param javaOptions for example {@code -Xmx1g}
   */
  public static SluiceProcess start(
      Path log, Path input, List<String> javaOptions, List<String> arguments) {
    // a shell that runs the tests in the background makes its children ignore SIGINT
    List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:+UseSerialGC");
    command.add("-Dlogback.configurationFile=logback.xml");
    command.addAll(javaOptions);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(arguments);
    try {
      Files.createDirectories(log.toAbsolutePath().getParent());
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .redirectInput(input.toFile())
              .start();
      return new SluiceProcess(process, log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  public long pid() {
    return process.pid();
  }

  /** SIGKILL; returns when it is dead. */
  public void kill() {
    process.destroyForcibly();
    await(Duration.ofSeconds(10));
  }

  /** SIGTERM; returns its exit status. */
  public int terminate(Duration patience) {
    process.destroy();
    return await(patience);
  }

  /** SIGINT; returns its exit status. */
  public int interrupt(Duration patience) {
    signal("-INT");
    return await(patience);
  }

  /** SIGSTOP: the process does nothing until {@link #resume}. */
  public void freeze() {
    signal("-STOP");
  }

  /** SIGCONT. */
  public void resume() {
    signal("-CONT");
  }

  /** Waits for its end; returns its exit status. */
  public int await(Duration patience) {
    try {
      if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError("still runs after " + patience + ", log " + log);
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** All that it has printed. */
  public String output() {
    try {
      return Files.readString(log, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void signal(String signal) {
    try {
      int status = new ProcessBuilder("kill", signal, Long.toString(pid())).start().waitFor();
      if (status != 0) {
        throw new AssertionError("kill " + signal + " gave status " + status);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    if (process.isAlive()) {
      kill();
    }
  }
}
