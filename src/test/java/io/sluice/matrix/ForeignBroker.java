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
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;

/**
 * One broker of any version, from a folder of its jars, in a process of its own: in KRaft mode from
 * 3.3 on, before that with a ZooKeeper beside it.
 */
final class ForeignBroker implements AutoCloseable {
  private static final String HOST = "127.0.0.1";
  private static final int FIRST_MAJOR_IN_KRAFT_MODE = 3;
  private static final int FIRST_MINOR_IN_KRAFT_MODE = 3;
  private static final Duration FORMAT_LIMIT = Duration.ofSeconds(60);

  private final Optional<JarProcess> zooKeeper;
  private final JarProcess server;
  private final String address;

  private ForeignBroker(Optional<JarProcess> zooKeeper, JarProcess server, String address) {
    this.zooKeeper = zooKeeper;
    this.server = server;
    this.address = address;
  }

  /** Starts with a data folder below {@code work}; the caller waits until it answers. */
  static ForeignBroker start(Path jars, Path work) {
    try {
      Files.createDirectories(work);
      List<Integer> ports = freePorts();
      String address = HOST + ":" + ports.get(0);
      Path properties = work.resolve("server.properties");
      boolean kraft = inKraftMode(jars);
      Files.write(
          properties,
          Stream.concat(
                  common(address, work).stream(),
                  (kraft ? kraft(address, ports.get(1)) : zooKeeper(address, ports.get(1)))
                      .stream())
              .toList());
      Optional<JarProcess> zooKeeper =
          kraft ? Optional.empty() : Optional.of(startZooKeeper(jars, work, ports.get(1)));
      if (kraft) {
        format(jars, work, properties);
      }
      JarProcess server =
          JarProcess.start(jars, work.resolve("server.log"), "kafka.Kafka", properties.toString());
      return new ForeignBroker(zooKeeper, server, address);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether the version that names the folder is started in KRaft mode. */
  static boolean inKraftMode(Path jars) {
    String[] version = jars.getFileName().toString().split("\\.");
    int major = Integer.parseInt(version[0]);
    return major > FIRST_MAJOR_IN_KRAFT_MODE
        || major == FIRST_MAJOR_IN_KRAFT_MODE
            && Integer.parseInt(version[1]) >= FIRST_MINOR_IN_KRAFT_MODE;
  }

  String bootstrapServer() {
    return address;
  }

  boolean isAlive() {
    return server.isAlive();
  }

  @Override
  public void close() {
    server.close();
    zooKeeper.ifPresent(JarProcess::close);
  }

  private static void format(Path jars, Path work, Path properties) {
    try (JarProcess format =
        JarProcess.start(
            jars,
            work.resolve("format.log"),
            "kafka.tools.StorageTool",
            "format",
            "--cluster-id",
            Uuid.randomUuid().toString(),
            "--config",
            properties.toString())) {
      if (!format.succeeds(FORMAT_LIMIT)) {
        throw new IllegalStateException("the data folder of the broker cannot be formatted");
      }
    }
  }

  private static JarProcess startZooKeeper(Path jars, Path work, int port) throws IOException {
    Path properties = work.resolve("zookeeper.properties");
    Files.write(
        properties,
        List.of(
            "dataDir=" + work.resolve("zookeeper").toAbsolutePath(),
            "clientPort=" + port,
            "clientPortAddress=" + HOST,
            "admin.enableServer=false"));
    return JarProcess.start(
        jars,
        work.resolve("zookeeper.log"),
        "org.apache.zookeeper.server.quorum.QuorumPeerMain",
        properties.toString());
  }

  private static List<String> common(String address, Path work) {
    return List.of(
        "advertised.listeners=PLAINTEXT://" + address,
        "inter.broker.listener.name=PLAINTEXT",
        "log.dirs=" + work.resolve("data").toAbsolutePath(),
        "offsets.topic.replication.factor=1",
        "transaction.state.log.replication.factor=1",
        "transaction.state.log.min.isr=1",
        "group.initial.rebalance.delay.ms=0",
        "group.min.session.timeout.ms=1000",
        "auto.create.topics.enable=false",
        "transaction.abort.timed.out.transaction.cleanup.interval.ms=500");
  }

  private static List<String> kraft(String address, int controller) {
    return List.of(
        "process.roles=broker,controller",
        "node.id=1",
        "controller.quorum.voters=1@" + HOST + ":" + controller,
        "controller.listener.names=CONTROLLER",
        "listeners=PLAINTEXT://" + address + ",CONTROLLER://" + HOST + ":" + controller,
        "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
  }

  private static List<String> zooKeeper(String address, int port) {
    return List.of(
        "broker.id=1",
        "listeners=PLAINTEXT://" + address,
        "zookeeper.connect=" + HOST + ":" + port);
  }

  private static List<Integer> freePorts() throws IOException {
    List<Integer> ports = new ArrayList<>();
    try (ServerSocket first = new ServerSocket(0, 1, InetAddress.getByName(HOST));
        ServerSocket second = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
      ports.add(first.getLocalPort());
      ports.add(second.getLocalPort());
    }
    return ports;
  }
}
