package io.sluice.cli;

import io.confluent.kafka.serializers.KafkaAvroDeserializer;
import io.confluent.kafka.serializers.KafkaAvroSerializer;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.util.ClassSecurityValidator;

/** Confluent's Avro serializers for the commands. */
final class AvroClients {
  private static final String PACKAGE = "io.sluice.avro.";

  private AvroClients() {}

  /** A serializer of values. */
  static KafkaAvroSerializer serializer(Map<String, Object> settings) {
    trustGeneratedClasses();
    KafkaAvroSerializer serializer = new KafkaAvroSerializer();
    serializer.configure(settings, false);
    return serializer;
  }

  /** A deserializer of values into the generated classes. */
  static KafkaAvroDeserializer deserializer(Map<String, Object> settings) {
    trustGeneratedClasses();
    Map<String, Object> specific = new HashMap<>(settings);
    specific.put("specific.avro.reader", true);
    KafkaAvroDeserializer deserializer = new KafkaAvroDeserializer();
    deserializer.configure(specific, false);
    return deserializer;
  }

  /** Avro creates only objects of classes that are trusted by name. May be called repeatedly. */
  static void trustGeneratedClasses() {
    ClassSecurityValidator.setGlobal(
        ClassSecurityValidator.composite(
            ClassSecurityValidator.DEFAULT, type -> type.getName().startsWith(PACKAGE)));
  }
}
