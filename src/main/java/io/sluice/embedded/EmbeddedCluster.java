package io.sluice.embedded;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * A broker and a registry, started side by side. {@link #close} ends both and deletes their data.
 */
public final class EmbeddedCluster implements Cluster {
  private final EmbeddedKafka kafka;
  private final EmbeddedRegistry registry;

  private EmbeddedCluster(EmbeddedKafka kafka, EmbeddedRegistry registry) {
    this.kafka = kafka;
    this.registry = registry;
  }

  /** Starts both with the defaults. */
  public static EmbeddedCluster start() {
    return start(EmbeddedKafka.Options.DEFAULT);
  }

  /**
   * Starts both.
   *
   * @throws IllegalStateException if one does not start; the other is closed
   */
  public static EmbeddedCluster start(EmbeddedKafka.Options options) {
    CompletableFuture<EmbeddedRegistry> registry =
        CompletableFuture.supplyAsync(EmbeddedRegistry::start);
    EmbeddedKafka kafka;
    try {
      kafka = EmbeddedKafka.start(options);
    } catch (RuntimeException e) {
      registry.thenAccept(EmbeddedRegistry::close).exceptionally(ignored -> null).join();
      throw e;
    }
    try {
      return new EmbeddedCluster(kafka, registry.join());
    } catch (CompletionException e) {
      kafka.close();
      throw new IllegalStateException(e.getCause().getMessage(), e.getCause());
    }
  }

  /** The broker. */
  public EmbeddedKafka kafka() {
    return kafka;
  }

  /** The registry. */
  public EmbeddedRegistry registry() {
    return registry;
  }

  @Override
  public String bootstrapServer() {
    return kafka.bootstrapServer();
  }

  @Override
  public String schemaRegistryUrl() {
    return registry.url();
  }

  @Override
  public void close() {
    try (registry) {
      kafka.close();
    }
  }
}
