package io.sluice.cli;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.serializers.KafkaAvroDeserializer;
import io.confluent.kafka.serializers.KafkaAvroSerializer;
import io.sluice.codec.AvroTrust;
import io.sluice.codec.RegistryClients;
import java.util.HashMap;
import java.util.Map;

/** Confluent's Avro serializers for the commands. */
final class AvroClients {
  private AvroClients() {}

  /**
   * A serializer of values. It registers schemas as they are published, or only looks them up where
   * the settings say {@code auto.register.schemas=false}.
   */
  static KafkaAvroSerializer serializer(Map<String, Object> settings) {
    AvroTrust.ensure();
    Map<String, Object> published = new HashMap<>(settings);
    published.put("avro.remove.java.properties", true);
    KafkaAvroSerializer serializer = new KafkaAvroSerializer(registry(settings));
    serializer.configure(published, false);
    return serializer;
  }

  /** A deserializer of values into the generated classes. */
  static KafkaAvroDeserializer deserializer(Map<String, Object> settings) {
    AvroTrust.ensure();
    Map<String, Object> specific = new HashMap<>(settings);
    specific.put("specific.avro.reader", true);
    KafkaAvroDeserializer deserializer = new KafkaAvroDeserializer(registry(settings));
    deserializer.configure(specific, false);
    return deserializer;
  }

  private static SchemaRegistryClient registry(Map<String, Object> settings) {
    return RegistryClients.create(settings.get("schema.registry.url").toString(), settings);
  }
}
