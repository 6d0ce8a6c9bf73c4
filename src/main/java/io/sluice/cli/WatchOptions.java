package io.sluice.cli;

import io.sluice.pipeline.ApplicationConfig;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Whom to watch: instances by their addresses, or an application by its topics. */
public final class WatchOptions {
  @Mixin private TopicOptions topics;

  @Option(
      names = "--url",
      paramLabel = "URL",
      split = ",",
      description =
          "Where an instance shows its meters; several with commas: one view of all; default:"
              + " http://127.0.0.1:9464.")
  private List<String> urls;

  @Option(
      names = "--bootstrap-server",
      paramLabel = "HOST:PORT",
      description =
          "Watch results, dead letters and lag of the whole application on its topics instead.")
  private String bootstrapServer;

  @Option(
      names = "--schema-registry-url",
      paramLabel = "URL",
      description = "Confluent-compatible schema registry; with --bootstrap-server.")
  private String schemaRegistryUrl;

  @Option(
      names = "--command-config",
      paramLabel = "FILE",
      description = "Kafka client properties, as of run; with --bootstrap-server.")
  private Path commandConfig;

  /** For a title. */
  String name() {
    return ofTopics()
        ? topics.applicationId() + " on " + bootstrapServer
        : String.join(" ", addresses());
  }

  /**
   * Where the meters come from.
   *
   * @throws ExitException if options do not fit together or nobody is there
   */
  MeterSource open() {
    if (!ofTopics()) {
      return new MetricsClient(addresses());
    }
    if (schemaRegistryUrl == null) {
      throw new ExitException(2, "--bootstrap-server needs --schema-registry-url", null);
    }
    Map<String, Object> clients = new HashMap<>(ClientProperties.read(commandConfig));
    Map<String, String> others = new TreeMap<>();
    clients.forEach((key, value) -> others.put(key, value.toString()));
    clients.put("bootstrap.servers", bootstrapServer);
    clients.put("schema.registry.url", schemaRegistryUrl);
    ApplicationConfig config =
        ApplicationConfig.builder(bootstrapServer, schemaRegistryUrl)
            .applicationId(topics.applicationId())
            .clientProperties(others)
            .topics(topics.topics())
            .build();
    return new TopicMeters(config, clients);
  }

  /** Addresses win: the other one may come from the environment. */
  private boolean ofTopics() {
    return urls == null && bootstrapServer != null;
  }

  private List<String> addresses() {
    return urls == null ? List.of("http://127.0.0.1:" + MetricsOptions.DEFAULT_PORT) : urls;
  }
}
