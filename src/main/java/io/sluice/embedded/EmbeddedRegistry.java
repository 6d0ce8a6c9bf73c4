package io.sluice.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A real Apicurio schema registry in a child process, on a free port of 127.0.0.1, data in memory.
 * It speaks Confluent's interface. {@link #close} and the end of this process end the child.
 * Thread-safe.
 */
public final class EmbeddedRegistry implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(100);

  private final Path folder;
  private final Process process;
  private final int port;
  private final Thread cleanUp;

  private EmbeddedRegistry(Path folder, Process process, int port) {
    this.folder = folder;
    this.process = process;
    this.port = port;
    this.cleanUp = new Thread(this::end, "embedded-registry-clean-up");
    Runtime.getRuntime().addShutdownHook(cleanUp);
  }

  /**
   * Starts a registry from the archive that the build unpacked (see {@link RegistryArchive}) and
   * waits until it answers.
   *
   * @throws IllegalStateException if it does not start within a minute; the message ends with what
   *     it printed last
   */
  public static EmbeddedRegistry start() {
    return start(RegistryArchive.locate());
  }

  /** Starts a registry from {@code runner}, its runnable jar. */
  public static EmbeddedRegistry start(Path runner) {
    Path folder = Loopback.temporaryFolder("sluice-registry-");
    int port = Loopback.freePorts(1).get(0);
    EmbeddedRegistry registry = null;
    try {
      Process process =
          new ProcessBuilder(command(runner, port))
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("registry.log").toFile())
              .start();
      registry = new EmbeddedRegistry(folder, process, port);
      process.getOutputStream().close();
      registry.awaitReady();
      return registry;
    } catch (IOException | RuntimeException e) {
      if (registry != null) {
        registry.close();
      } else {
        Loopback.deleteRecursively(folder);
      }
      throw e instanceof RuntimeException runtime
          ? runtime
          : new IllegalStateException("the embedded registry did not start", e);
    }
  }

  /** For Confluent's clients: the address of the Confluent-compatible interface. */
  public String url() {
    return "http://" + Loopback.HOST + ":" + port + "/apis/ccompat/v7";
  }

  /** Identifier of the child process. */
  public long processId() {
    return process.pid();
  }

  @Override
  public void close() {
    end();
    EmbeddedKafka.removeShutdownHook(cleanUp);
  }

  private static List<String> command(Path runner, int port) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xms64m",
        "-Xmx128m",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Dquarkus.http.host=" + Loopback.HOST,
        "-Dquarkus.http.port=" + port,
        "-Dquarkus.datasource.jdbc.initial-size=2",
        "-Dquarkus.datasource.jdbc.min-size=2",
        "-jar",
        runner.toAbsolutePath().toString());
  }

  private void awaitReady() {
    HttpClient client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url() + "/subjects"))
            .timeout(Duration.ofSeconds(5))
            .build();
    long end = System.nanoTime() + START_LIMIT.toNanos();
    while (!answers(client, request)) {
      if (System.nanoTime() > end || !process.isAlive()) {
        throw new IllegalStateException(
            "the embedded registry did not start; it printed last:\n" + lastOutput());
      }
    }
  }

  /** Asks once; waits a little if there is no answer yet. */
  private boolean answers(HttpClient client, HttpRequest request) {
    try {
      if (client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
        return true;
      }
    } catch (IOException e) {
      // not listening yet: asked again below
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the registry was starting", e);
    }
    try {
      process.waitFor(POLL.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the registry was starting", e);
    }
    return false;
  }

  private String lastOutput() {
    try {
      List<String> lines =
          Files.readAllLines(folder.resolve("registry.log"), StandardCharsets.UTF_8);
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void end() {
    process.destroy();
    try {
      if (!process.waitFor(3, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        process.waitFor(3, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    Loopback.deleteRecursively(folder);
  }
}
