package io.sluice.pipeline;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.sluice.avro.ControlEvent;
import io.sluice.codec.ControlEventEncoder;
import io.sluice.codec.RegistryClients;
import io.sluice.codec.RegistryRefusals;
import io.sluice.codec.SchemaSetup;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The control topic, written with the user's client settings. One thread. */
final class ControlTopic implements EventSink {
  private static final int PATIENCE_MILLIS = 5_000;
  private static final Duration CLOSE = Duration.ofSeconds(1);

  private final String topic;
  private final ControlEventEncoder encoder;
  private final Producer<byte[], byte[]> producer;

  /**
   * Connects to the registry and opens a producer.
   *
   * @throws RuntimeException if the registry does not answer, lacks the schema or refuses it
   */
  ControlTopic(ApplicationConfig config) {
    topic = config.topics().control();
    encoder = new ControlEventEncoder(schemaId(config));
    Map<String, Object> settings = new HashMap<>(StreamsSettings.producer(config));
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "gzip");
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, PATIENCE_MILLIS);
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, PATIENCE_MILLIS);
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 2 * PATIENCE_MILLIS);
    producer =
        KafkaClients.producer(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static int schemaId(ApplicationConfig config) {
    try (SchemaRegistryClient registry =
        RegistryClients.create(config.schemaRegistryUrl(), config.clientProperties())) {
      return new SchemaSetup(
              registry,
              config.registerSchemas(),
              new RegistryRefusals(config.schemaRegistryUrl(), config.clientProperties()))
          .ensureControl(config.topics().control());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Override
  public void send(ControlEvent event) throws Exception {
    byte[] key = event.getInstance().getBytes(StandardCharsets.UTF_8);
    var unused =
        producer
            .send(new ProducerRecord<>(topic, key, encoder.encode(event)))
            .get(2L * PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    producer.close(CLOSE);
  }
}
