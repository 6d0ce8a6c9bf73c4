package io.sluice.testing;

import io.confluent.kafka.serializers.KafkaAvroDeserializer;
import io.sluice.avro.ControlEvent;
import io.sluice.avro.TranslationResult;
import io.sluice.cli.ResultReader;
import io.sluice.codec.AvroTrust;
import io.sluice.embedded.Cluster;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** All that a read_committed reader has seen of a topic since its beginning. One thread. */
public final class ResultLog implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(50);

  private final String topic;
  private final ResultReader reader;
  private final KafkaAvroDeserializer values;
  private final List<Seen> seen = new ArrayList<>();

  /**
   * A record that was read.
   *
   * @param raw the record
   * @param at when the reader had it
   */
  public record Seen(ConsumerRecord<String, byte[]> raw, Instant at) {}

  public ResultLog(Cluster cluster, String topic) {
    this(clients(cluster), topic);
  }

  /** With {@code bootstrap.servers}, {@code schema.registry.url} and what else a client needs. */
  public ResultLog(Map<String, Object> clientSettings, String topic) {
    AvroTrust.ensure();
    this.topic = topic;
    this.reader = new ResultReader(clientSettings, topic, true);
    this.values = new KafkaAvroDeserializer();
    Map<String, Object> settings = new HashMap<>(clientSettings);
    settings.put("specific.avro.reader", "true");
    this.values.configure(settings, false);
  }

  /** Settings that every client of the cluster needs. */
  public static Map<String, Object> clients(Cluster cluster) {
    return Map.of(
        "bootstrap.servers", cluster.bootstrapServer(),
        "schema.registry.url", cluster.schemaRegistryUrl());
  }

  /** Reads what came; returns how many records were seen since the beginning. */
  public int size() {
    for (ConsumerRecord<String, byte[]> each : reader.poll(POLL)) {
      seen.add(new Seen(each, Instant.now()));
    }
    return seen.size();
  }

  /** What was read by {@link #size}, in the order of each partition. */
  public List<Seen> seen() {
    return List.copyOf(seen);
  }

  /** A result's value. */
  public TranslationResult result(Seen record) {
    return (TranslationResult) values.deserialize(topic, record.raw().value());
  }

  /** The value of a record of the control topic. */
  public ControlEvent control(Seen record) {
    return (ControlEvent) values.deserialize(topic, record.raw().value());
  }

  @Override
  public void close() {
    reader.close();
    values.close();
  }
}
