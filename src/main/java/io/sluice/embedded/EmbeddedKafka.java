package io.sluice.embedded;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * One real KRaft broker (broker and controller in one node) in this process, on 127.0.0.1.
 *
 * <p>Port, cluster id and data survive {@link #stop} and {@link #start}, and a new object on the
 * same data folder. {@link #close} stops the broker and deletes a temporary data folder.
 * Thread-safe.
 */
public final class EmbeddedKafka implements AutoCloseable {
  private static final String CLUSTER_FILE = "embedded.properties";

  private final Path folder;
  private final boolean temporary;
  private final Properties cluster;
  private final Options options;
  private final Thread cleanUp;
  private KafkaRaftServer server;

  private EmbeddedKafka(Path folder, boolean temporary, Properties cluster, Options options) {
    this.folder = folder;
    this.temporary = temporary;
    this.cluster = cluster;
    this.options = options;
    this.cleanUp = new Thread(this::deleteTemporaryData, "embedded-kafka-clean-up");
  }

  /**
   * Starts a broker on a free port; its data is in a temporary folder that {@link #close} deletes.
   */
  public static EmbeddedKafka start() {
    return start(Options.DEFAULT);
  }

  /**
   * Starts a broker.
   *
   * @throws IllegalStateException if it does not start
   */
  public static EmbeddedKafka start(Options options) {
    boolean temporary = options.dataFolder() == null;
    Path folder = temporary ? Loopback.temporaryFolder("sluice-kafka-") : options.dataFolder();
    EmbeddedKafka kafka =
        new EmbeddedKafka(folder, temporary, readOrCreateCluster(folder, options), options);
    if (temporary) {
      Runtime.getRuntime().addShutdownHook(kafka.cleanUp);
    }
    try {
      kafka.startAgain();
    } catch (RuntimeException e) {
      kafka.close();
      throw e;
    }
    return kafka;
  }

  /** For clients: {@code 127.0.0.1:PORT}. */
  public String bootstrapServer() {
    return Loopback.HOST + ":" + cluster.getProperty("broker.port");
  }

  /**
   * For clients of a further listener (see {@link Options#withListeners}): {@code 127.0.0.1:PORT}.
   */
  public String bootstrapServer(String listener) {
    return Loopback.HOST + ":" + cluster.getProperty(portKey(listener));
  }

  private static String portKey(String listener) {
    return "listener." + listener + ".port";
  }

  /** Starts the broker again after {@link #stop}, on the same port with the same data. */
  public synchronized void startAgain() {
    if (server != null) {
      return;
    }
    try {
      format();
      KafkaRaftServer started =
          new KafkaRaftServer(KafkaConfig.fromProps(brokerProperties(), false), Time.SYSTEM);
      server = started;
      started.startup();
    } catch (Exception e) {
      throw new IllegalStateException("the embedded broker did not start: " + e.getMessage(), e);
    }
  }

  /** Stops the broker in an orderly way; its data stays. */
  public synchronized void stop() {
    if (server != null) {
      KafkaRaftServer stopping = server;
      server = null;
      stopping.shutdown();
      stopping.awaitShutdown();
    }
  }

  @Override
  public void close() {
    stop();
    deleteTemporaryData();
    if (temporary) {
      removeShutdownHook(cleanUp);
    }
  }

  static void removeShutdownHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // the process is ending and the hook runs anyway
      return;
    }
  }

  private void deleteTemporaryData() {
    if (temporary) {
      Loopback.deleteRecursively(folder);
    }
  }

  private void format() throws Exception {
    String data = folder.resolve("node-1").toString();
    new Formatter()
        .setNodeId(1)
        .setClusterId(cluster.getProperty("cluster.id"))
        .addDirectory(data)
        .setMetadataLogDirectory(data)
        .setControllerListenerName("CONTROLLER")
        .setIgnoreFormatted(true)
        .setPrintStream(
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
        .run();
  }

  private Properties brokerProperties() {
    StringBuilder broker = new StringBuilder("PLAINTEXT://" + bootstrapServer());
    StringBuilder protocols = new StringBuilder("PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    for (String listener : options.listeners()) {
      broker.append(',').append(listener).append("://").append(bootstrapServer(listener));
      protocols.append(',').append(listener).append(':').append(listener);
    }
    String controller = Loopback.HOST + ":" + cluster.getProperty("controller.port");
    Properties properties = new Properties();
    properties.put("process.roles", "broker,controller");
    properties.put("node.id", "1");
    properties.put("controller.quorum.voters", "1@" + controller);
    properties.put("controller.listener.names", "CONTROLLER");
    properties.put("listeners", broker + ",CONTROLLER://" + controller);
    properties.put("advertised.listeners", broker.toString());
    properties.put("inter.broker.listener.name", "PLAINTEXT");
    properties.put("listener.security.protocol.map", protocols.toString());
    properties.put("log.dirs", folder.resolve("node-1").toString());
    properties.put("offsets.topic.replication.factor", "1");
    properties.put("offsets.topic.num.partitions", "4");
    properties.put("transaction.state.log.replication.factor", "1");
    properties.put("transaction.state.log.min.isr", "1");
    properties.put("transaction.state.log.num.partitions", "4");
    properties.put("share.coordinator.state.topic.replication.factor", "1");
    properties.put("share.coordinator.state.topic.min.isr", "1");
    properties.put("share.coordinator.state.topic.num.partitions", "1");
    properties.put("group.initial.rebalance.delay.ms", "0");
    properties.put("auto.create.topics.enable", "false");
    properties.put("log.cleaner.dedupe.buffer.size", "4194304");
    // after a crash a node is refused until its own old session has expired
    properties.put("broker.session.timeout.ms", "2000");
    properties.put("broker.heartbeat.interval.ms", "300");
    // clients that were killed must not block readers for long
    properties.put("group.min.session.timeout.ms", "1000");
    properties.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", "500");
    properties.put("num.network.threads", "2");
    properties.put("num.io.threads", "2");
    properties.put("background.threads", "2");
    properties.putAll(options.overrides());
    return properties;
  }

  private static Properties readOrCreateCluster(Path folder, Options options) {
    Path file = folder.resolve(CLUSTER_FILE);
    Properties cluster = new Properties();
    try {
      Files.createDirectories(folder);
      if (Files.exists(file)) {
        try (var reader = Files.newBufferedReader(file)) {
          cluster.load(reader);
        }
        return cluster;
      }
      int port = options.port();
      List<Integer> free = Loopback.freePorts(2 + options.listeners().size());
      cluster.setProperty("cluster.id", Uuid.randomUuid().toString());
      cluster.setProperty("broker.port", String.valueOf(port > 0 ? port : free.get(0)));
      cluster.setProperty("controller.port", String.valueOf(free.get(1)));
      for (int i = 0; i < options.listeners().size(); i++) {
        String key = portKey(options.listeners().get(i));
        cluster.setProperty(key, String.valueOf(free.get(2 + i)));
      }
      try (Writer writer = Files.newBufferedWriter(file)) {
        cluster.store(writer, null);
      }
      return cluster;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot use the data folder " + folder, e);
    }
  }

  /**
   * How to start a broker.
   *
   * @param port of the broker; 0: any free one
   * @param dataFolder where the data lies and stays; null: a temporary folder
   * @param listeners further listeners beside PLAINTEXT, each named by its security protocol
   *     ({@code SASL_SSL}), on free ports
   * @param overrides broker properties that replace the defaults
   */
  public record Options(
      int port, Path dataFolder, List<String> listeners, Map<String, String> overrides) {
    /** A free port, a temporary folder. */
    public static final Options DEFAULT = new Options(0, null, List.of(), Map.of());

    public Options {
      listeners = List.copyOf(listeners);
      overrides = Map.copyOf(overrides);
    }

    public Options withPort(int newPort) {
      return new Options(newPort, dataFolder, listeners, overrides);
    }

    public Options withDataFolder(Path newFolder) {
      return new Options(port, newFolder, listeners, overrides);
    }

    public Options withListeners(List<String> newListeners) {
      return new Options(port, dataFolder, newListeners, overrides);
    }

    public Options withOverrides(Map<String, String> newOverrides) {
      return new Options(port, dataFolder, listeners, newOverrides);
    }
  }
}
