package io.sluice.testing;

import io.sluice.embedded.Cluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.lifecycle.Startables;
import org.testcontainers.utility.DockerImageName;

/**
 * Broker and registry in containers of the images {@code kafka.image} and {@code registry.image}.
 * The broker's port is fixed, so that it comes back under its address after a restart. Thread-safe.
 */
public final class ContainerCluster implements Cluster {
  private static final String HOST = "127.0.0.1";
  private static final int INSIDE = 19092;
  private static final int REGISTRY_PORT = 8080;
  private static final String REGISTRY_PATH = "/apis/ccompat/v7";
  private static final Duration START_LIMIT = Duration.ofSeconds(120);
  private static final int STOP_SECONDS = 20;

  private final Network network = Network.newNetwork();
  private final int port;
  private final GenericContainer<?> broker;
  private final GenericContainer<?> registry;

  private ContainerCluster() {
    port = freePort();
    broker =
        new GenericContainer<>(DockerImageName.parse(ContainerEngine.image("kafka.image")))
            .withNetwork(network)
            .withNetworkAliases("kafka")
            .withExposedPorts(port)
            .withEnv(settings(port))
            .waitingFor(Wait.forLogMessage(".*Kafka Server started.*\\s", 1))
            .withStartupTimeout(START_LIMIT);
    broker.setPortBindings(List.of(HOST + ":" + port + ":" + port));
    registry =
        new GenericContainer<>(DockerImageName.parse(ContainerEngine.image("registry.image")))
            .withNetwork(network)
            .withNetworkAliases("registry")
            .withExposedPorts(REGISTRY_PORT)
            .withEnv("JAVA_OPTIONS", "-Xms64m -Xmx256m")
            .waitingFor(
                Wait.forHttp(REGISTRY_PATH + "/subjects")
                    .forPort(REGISTRY_PORT)
                    .withStartupTimeout(START_LIMIT));
  }

  /** Starts both; the test is skipped when there is no engine, see {@link ContainerEngine}. */
  public static ContainerCluster start() {
    ContainerEngine.require(
        ContainerEngine.image("kafka.image"), ContainerEngine.image("registry.image"));
    ContainerCluster cluster = new ContainerCluster();
    try {
      Startables.deepStart(Stream.of(cluster.broker, cluster.registry)).join();
      return cluster;
    } catch (RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  /** As the embedded broker: quick groups and transactions, no topics by accident. */
  private static Map<String, String> settings(int port) {
    return Map.ofEntries(
        Map.entry("KAFKA_NODE_ID", "1"),
        Map.entry("KAFKA_PROCESS_ROLES", "broker,controller"),
        Map.entry("KAFKA_CONTROLLER_QUORUM_VOTERS", "1@localhost:19093"),
        Map.entry("KAFKA_CONTROLLER_LISTENER_NAMES", "CONTROLLER"),
        Map.entry(
            "KAFKA_LISTENERS",
            "HOST://:" + port + ",NETWORK://:" + INSIDE + ",CONTROLLER://localhost:19093"),
        Map.entry(
            "KAFKA_ADVERTISED_LISTENERS",
            "HOST://" + HOST + ":" + port + ",NETWORK://kafka:" + INSIDE),
        Map.entry(
            "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP",
            "HOST:PLAINTEXT,NETWORK:PLAINTEXT,CONTROLLER:PLAINTEXT"),
        Map.entry("KAFKA_INTER_BROKER_LISTENER_NAME", "NETWORK"),
        Map.entry("KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR", "1"),
        Map.entry("KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS", "4"),
        Map.entry("KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR", "1"),
        Map.entry("KAFKA_TRANSACTION_STATE_LOG_MIN_ISR", "1"),
        Map.entry("KAFKA_TRANSACTION_STATE_LOG_NUM_PARTITIONS", "4"),
        Map.entry("KAFKA_TRANSACTION_ABORT_TIMED_OUT_TRANSACTION_CLEANUP_INTERVAL_MS", "500"),
        Map.entry("KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS", "0"),
        Map.entry("KAFKA_GROUP_MIN_SESSION_TIMEOUT_MS", "1000"),
        Map.entry("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false"),
        Map.entry("KAFKA_HEAP_OPTS", "-Xms256m -Xmx512m"));
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException("no free port on " + HOST, e);
    }
  }

  @Override
  public String bootstrapServer() {
    return HOST + ":" + port;
  }

  @Override
  public String schemaRegistryUrl() {
    return "http://"
        + registry.getHost()
        + ":"
        + registry.getMappedPort(REGISTRY_PORT)
        + REGISTRY_PATH;
  }

  /** Where containers beside them find both. */
  public Network network() {
    return network;
  }

  /** The broker's address in {@link #network}. */
  public String bootstrapServerInside() {
    return "kafka:" + INSIDE;
  }

  /** The registry's address in {@link #network}. */
  public String schemaRegistryUrlInside() {
    return "http://registry:" + REGISTRY_PORT + REGISTRY_PATH;
  }

  /** Freezes the broker: connections stay, nothing is answered. */
  public void pauseBroker() {
    broker.getDockerClient().pauseContainerCmd(broker.getContainerId()).exec();
  }

  /** Lets a frozen broker go on. */
  public void resumeBroker() {
    broker.getDockerClient().unpauseContainerCmd(broker.getContainerId()).exec();
  }

  /** Stops the broker in an orderly way; its data stays. */
  public void stopBroker() {
    broker
        .getDockerClient()
        .stopContainerCmd(broker.getContainerId())
        .withTimeout(STOP_SECONDS)
        .exec();
  }

  /** Starts a stopped broker on the same port with its data. */
  public void startBrokerAgain() {
    broker.getDockerClient().startContainerCmd(broker.getContainerId()).exec();
  }

  @Override
  public void close() {
    registry.stop();
    broker.stop();
    network.close();
  }
}
