package io.sluice.embedded;

/** A broker and a registry that run somewhere, until they are closed. */
public interface Cluster extends AutoCloseable {
  /** For clients: {@code 127.0.0.1:PORT}. */
  String bootstrapServer();

  /** For clients: the registry's Confluent-compatible address. */
  String schemaRegistryUrl();

  /** Ends both and deletes their data. */
  @Override
  void close();
}
