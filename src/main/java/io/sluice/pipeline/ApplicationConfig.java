package io.sluice.pipeline;

import io.sluice.batching.BatchLimits;
import io.sluice.dispatch.DispatchLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * Everything that {@code run} can be told. Start from {@link #of} and change single fields.
 *
 * @param bootstrapServers {@code host:port}, several separated by commas
 * @param schemaRegistryUrl address of the schema registry, several separated by commas
 * @param applicationId Kafka Streams' application id: instances with the same one share the work
 * @param clientProperties Kafka's own properties (TLS, SASL, registry credentials), given to every
 *     client
 * @param kafkaOverrides single settings of Kafka Streams or its clients, by Kafka's names; they win
 * @param topics names
 * @param createTopics true: missing topics are created
 * @param registerSchemas true: missing schemas are registered; false: they must be there
 * @param partitions of topics that are created
 * @param replicationFactor of topics that are created and of the changelog; -1: the broker's
 *     default
 * @param streamThreads threads that keep and send
 * @param workers threads that translate
 * @param stateDir where Kafka Streams may write
 * @param batchLimits how large and how old a batch may get
 * @param dispatchLimits what may be in the application at once
 * @param maxTextBytes longest text accepted, bytes of UTF-8
 * @param maxRecordBytes largest record that is written, bytes (max.request.size)
 * @param schemaGrace how long an unknown schema id is asked for again
 * @param commitInterval how often results become visible
 * @param sessionTimeout after this silence the group gives an instance's partitions to others
 * @param idleWork what is done while there is nothing else to do
 * @param controlEvents true: decisions about experts are sent to the control topic
 */
public record ApplicationConfig(
    String bootstrapServers,
    String schemaRegistryUrl,
    String applicationId,
    Map<String, String> clientProperties,
    Map<String, String> kafkaOverrides,
    TopicNames topics,
    boolean createTopics,
    boolean registerSchemas,
    int partitions,
    short replicationFactor,
    int streamThreads,
    int workers,
    Path stateDir,
    BatchLimits batchLimits,
    DispatchLimits dispatchLimits,
    int maxTextBytes,
    int maxRecordBytes,
    Duration schemaGrace,
    Duration commitInterval,
    Duration sessionTimeout,
    IdleWork idleWork,
    boolean controlEvents) {

  /** Short batches: fresh work that comes meanwhile shares the processor with one of them. */
  private static final BatchLimits UPGRADE_BATCHES = new BatchLimits(8, 256, Duration.ZERO, 1);

  private static final DispatchLimits UPGRADES_AT_ONCE =
      new DispatchLimits(64, 4L << 20, Duration.ofMillis(500));

  public ApplicationConfig {
    clientProperties = Map.copyOf(clientProperties);
    kafkaOverrides = Map.copyOf(kafkaOverrides);
  }

  /** The application id of the second application, which pays back quality. */
  public static String upgradesId(String applicationId) {
    return applicationId + "-upgrades";
  }

  /** The settings of the second application: its own id, one stream thread, one worker. */
  ApplicationConfig forUpgrades() {
    return toBuilder()
        .applicationId(upgradesId(applicationId))
        .streamThreads(1)
        .workers(1)
        .batchLimits(UPGRADE_BATCHES)
        .dispatchLimits(UPGRADES_AT_ONCE)
        .build();
  }

  /** A builder that holds these settings. */
  Builder toBuilder() {
    return builder(bootstrapServers, schemaRegistryUrl)
        .applicationId(applicationId)
        .clientProperties(clientProperties)
        .kafkaOverrides(kafkaOverrides)
        .topics(topics)
        .createTopics(createTopics)
        .registerSchemas(registerSchemas)
        .partitions(partitions)
        .replicationFactor(replicationFactor)
        .streamThreads(streamThreads)
        .workers(workers)
        .stateDir(stateDir)
        .batchLimits(batchLimits)
        .dispatchLimits(dispatchLimits)
        .maxTextBytes(maxTextBytes)
        .maxRecordBytes(maxRecordBytes)
        .schemaGrace(schemaGrace)
        .commitInterval(commitInterval)
        .sessionTimeout(sessionTimeout)
        .idleWork(idleWork)
        .controlEvents(controlEvents);
  }

  /** Names no client property's value: they may be secret. */
  @Override
  public String toString() {
    return "ApplicationConfig[%s on %s, %s, %s]"
        .formatted(applicationId, bootstrapServers, topics, clientProperties.keySet());
  }

  /** The defaults for a cluster. */
  public static ApplicationConfig of(String bootstrapServers, String schemaRegistryUrl) {
    return builder(bootstrapServers, schemaRegistryUrl).build();
  }

  /** A builder that holds the defaults. */
  public static Builder builder(String bootstrapServers, String schemaRegistryUrl) {
    return new Builder(bootstrapServers, schemaRegistryUrl);
  }

  /** Collects settings; each method is named like the component that it sets. */
  public static final class Builder {
    private final String bootstrapServers;
    private final String schemaRegistryUrl;
    private String applicationId = "sluice";
    private Map<String, String> clientProperties = Map.of();
    private Map<String, String> kafkaOverrides = Map.of();
    private TopicNames topics = TopicNames.DEFAULT;
    private boolean createTopics;
    private boolean registerSchemas = true;
    private int partitions = 6;
    private short replicationFactor = -1;
    private int streamThreads = 1;
    private int workers = Math.max(1, Runtime.getRuntime().availableProcessors());
    private Path stateDir = Path.of(System.getProperty("java.io.tmpdir"), "sluice");
    private BatchLimits batchLimits = BatchLimits.DEFAULT;
    private DispatchLimits dispatchLimits =
        DispatchLimits.forHeap(Runtime.getRuntime().maxMemory());
    private int maxTextBytes = (1 << 20) + (64 << 10);
    private int maxRecordBytes = 2 << 20;
    private Duration schemaGrace = Duration.ofSeconds(30);
    private Duration commitInterval = Duration.ofMillis(50);
    private Duration sessionTimeout = Duration.ofSeconds(10);
    private IdleWork idleWork = IdleWork.NONE;
    private boolean controlEvents;

    private Builder(String bootstrapServers, String schemaRegistryUrl) {
      this.bootstrapServers = bootstrapServers;
      this.schemaRegistryUrl = schemaRegistryUrl;
    }

    public Builder applicationId(String id) {
      applicationId = id;
      return this;
    }

    public Builder clientProperties(Map<String, String> properties) {
      clientProperties = properties;
      return this;
    }

    public Builder kafkaOverrides(Map<String, String> overrides) {
      kafkaOverrides = overrides;
      return this;
    }

    public Builder topics(TopicNames names) {
      topics = names;
      return this;
    }

    public Builder createTopics(boolean create) {
      createTopics = create;
      return this;
    }

    public Builder registerSchemas(boolean register) {
      registerSchemas = register;
      return this;
    }

    public Builder partitions(int count) {
      partitions = count;
      return this;
    }

    public Builder replicationFactor(int factor) {
      replicationFactor = (short) factor;
      return this;
    }

    public Builder streamThreads(int threads) {
      streamThreads = threads;
      return this;
    }

    public Builder workers(int threads) {
      workers = threads;
      return this;
    }

    public Builder stateDir(Path directory) {
      stateDir = directory;
      return this;
    }

    public Builder batchLimits(BatchLimits limits) {
      batchLimits = limits;
      return this;
    }

    public Builder dispatchLimits(DispatchLimits limits) {
      dispatchLimits = limits;
      return this;
    }

    public Builder maxTextBytes(int bytes) {
      maxTextBytes = bytes;
      return this;
    }

    public Builder maxRecordBytes(int bytes) {
      maxRecordBytes = bytes;
      return this;
    }

    public Builder schemaGrace(Duration grace) {
      schemaGrace = grace;
      return this;
    }

    public Builder commitInterval(Duration interval) {
      commitInterval = interval;
      return this;
    }

    public Builder sessionTimeout(Duration timeout) {
      sessionTimeout = timeout;
      return this;
    }

    public Builder idleWork(IdleWork work) {
      idleWork = work;
      return this;
    }

    public Builder controlEvents(boolean send) {
      controlEvents = send;
      return this;
    }

    public ApplicationConfig build() {
      return new ApplicationConfig(
          bootstrapServers,
          schemaRegistryUrl,
          applicationId,
          clientProperties,
          kafkaOverrides,
          topics,
          createTopics,
          registerSchemas,
          partitions,
          replicationFactor,
          streamThreads,
          workers,
          stateDir,
          batchLimits,
          dispatchLimits,
          maxTextBytes,
          maxRecordBytes,
          schemaGrace,
          commitInterval,
          sessionTimeout,
          idleWork,
          controlEvents);
    }
  }
}
