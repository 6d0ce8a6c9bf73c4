package io.sluice.matrix;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.Uuid;

/** One KRaft broker of any version, from a folder of its jars, in a process of its own. */
final class ForeignBroker implements AutoCloseable {
  private static final String MEMORY = "-Xmx400m";

  private final Process process;
  private final String address;

  private ForeignBroker(Process process, String address) {
    this.process = process;
    this.address = address;
  }

  /** Formats a data folder below {@code work} and starts; the caller waits until it answers. */
  static ForeignBroker start(Path jars, Path work) {
    try (ServerSocket broker = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
        ServerSocket controller = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      Files.createDirectories(work);
      String address = "127.0.0.1:" + broker.getLocalPort();
      Path properties = work.resolve("server.properties");
      Files.write(properties, properties(address, controller.getLocalPort(), work));
      Process format =
          java(jars, work.resolve("format.log"), "kafka.tools.StorageTool")
              .args("format", "--cluster-id", Uuid.randomUuid().toString())
              .args("--config", properties.toString())
              .start();
      if (!format.waitFor(60, TimeUnit.SECONDS) || format.exitValue() != 0) {
        format.destroyForcibly();
        throw new IllegalStateException("the data folder of the broker cannot be formatted");
      }
      broker.close();
      controller.close();
      Process server =
          java(jars, work.resolve("server.log"), "kafka.Kafka").args(properties.toString()).start();
      return new ForeignBroker(server, address);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  String bootstrapServer() {
    return address;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(Duration.ofSeconds(15).toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private static List<String> properties(String address, int controller, Path work) {
    return List.of(
        "process.roles=broker,controller",
        "node.id=1",
        "controller.quorum.voters=1@127.0.0.1:" + controller,
        "controller.listener.names=CONTROLLER",
        "listeners=PLAINTEXT://" + address + ",CONTROLLER://127.0.0.1:" + controller,
        "advertised.listeners=PLAINTEXT://" + address,
        "inter.broker.listener.name=PLAINTEXT",
        "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "log.dirs=" + work.resolve("data").toAbsolutePath(),
        "offsets.topic.replication.factor=1",
        "transaction.state.log.replication.factor=1",
        "transaction.state.log.min.isr=1",
        "group.initial.rebalance.delay.ms=0",
        "group.min.session.timeout.ms=1000",
        "auto.create.topics.enable=false",
        "transaction.abort.timed.out.transaction.cleanup.interval.ms=500");
  }

  private static Java java(Path jars, Path log, String mainClass) {
    return new Java(jars, log, mainClass, new ArrayList<>());
  }

  private record Java(Path jars, Path log, String mainClass, List<String> arguments) {
    Java args(String... more) {
      arguments.addAll(List.of(more));
      return this;
    }

    Process start() throws IOException {
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(List.of(MEMORY, "-XX:+UseSerialGC", "-cp", jars.toAbsolutePath() + "/*"));
      command.add(mainClass);
      command.addAll(arguments);
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(log.toFile())
          .start();
    }
  }
}
