package io.sluice.cli;

import io.sluice.codec.RegistryRefusals;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** Where broker and registry are. */
public final class ConnectionOptions {
  @Option(
      names = "--bootstrap-server",
      paramLabel = "HOST:PORT",
      required = true,
      description = "Kafka broker; several with commas.")
  private String bootstrapServer;

  @Option(
      names = "--schema-registry-url",
      paramLabel = "URL",
      required = true,
      description = "Confluent-compatible schema registry.")
  private String schemaRegistryUrl;

  @Option(
      names = "--command-config",
      paramLabel = "FILE",
      description =
          "Kafka client properties (TLS, SASL, registry credentials) for every client; secrets may"
              + " be $${env:NAME} or $${file:PATH:KEY} with config.providers=env,file.")
  private Path commandConfig;

  public String bootstrapServer() {
    return bootstrapServer;
  }

  public String schemaRegistryUrl() {
    return schemaRegistryUrl;
  }

  /**
   * The settings for every client: what the file says, then broker and registry.
   *
   * @throws ExitException if the file cannot be read
   */
  public Map<String, Object> clientProperties() {
    Map<String, Object> properties = new HashMap<>(ClientProperties.read(commandConfig));
    properties.put("bootstrap.servers", bootstrapServer);
    properties.put("schema.registry.url", schemaRegistryUrl);
    return properties;
  }

  /** Words for what the registry refuses. */
  RegistryRefusals registryRefusals() {
    return new RegistryRefusals(schemaRegistryUrl, clientProperties());
  }
}
