package io.sluice.pipeline;

import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;

/**
 * The one place where this process opens clients of a broker; a test says so. Whatever needs
 * another one (events of the controller, a second application) gets it here, from settings that
 * hold the user's {@code --command-config}: {@link StreamsSettings} for the application, {@code
 * ConnectionOptions} for the commands. Clients of the registry come from {@link
 * io.sluice.codec.RegistryClients}.
 */
public final class KafkaClients {
  private KafkaClients() {}

  /**
   * An admin client.
   *
   * @param settings Kafka's names, with {@code bootstrap.servers}
   */
  public static Admin admin(Map<String, ?> settings) {
    return Admin.create(new HashMap<>(settings));
  }

  /** A producer. */
  public static <K, V> Producer<K, V> producer(
      Map<String, Object> settings, Serializer<K> keys, Serializer<V> values) {
    return new KafkaProducer<>(settings, keys, values);
  }

  /** A consumer. */
  public static <K, V> Consumer<K, V> consumer(
      Map<String, Object> settings, Deserializer<K> keys, Deserializer<V> values) {
    return new KafkaConsumer<>(settings, keys, values);
  }

  /**
   * A Streams application, which opens consumers, producers and an admin client of its own.
   *
   * @param resting true while no record shall be fetched, see {@link RestingClients}
   */
  static KafkaStreams streams(
      Topology topology, ApplicationConfig config, BooleanSupplier resting) {
    return new KafkaStreams(topology, StreamsSettings.streams(config), new RestingClients(resting));
  }
}
