package io.sluice.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.confluent.kafka.serializers.KafkaAvroDeserializer;
import io.confluent.kafka.serializers.KafkaAvroSerializer;
import io.sluice.avro.TranslationRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.avro.util.ClassSecurityValidator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class ITEmbedded {
  private static final String TOPIC = "requests";
  private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);

  @Test
  void shouldCarryAvroRecordsAndLeaveNoProcessWhenClosed() throws Exception {
    trustGeneratedClasses();
    TranslationRequest sent =
        TranslationRequest.newBuilder()
            .setId("1")
            .setText("Zwei Hunde spielen im Schnee.")
            .setSourceLanguage("de")
            .setTargetLanguage("en")
            .setCreatedAt(Instant.ofEpochMilli(1_700_000_000_000L))
            .setMetadata(Map.of("from", "a test"))
            .build();
    ProcessHandle registry;
    try (EmbeddedCluster cluster = EmbeddedCluster.start()) {
      registry = ProcessHandle.of(cluster.registry().processId()).orElseThrow();
      createTopic(cluster.bootstrapServer());
      send(cluster, sent);

      assertThat(receive(cluster)).isEqualTo(sent);
    }

    Awaitility.await()
        .atMost(Duration.ofSeconds(5))
        .untilAsserted(() -> assertThat(registry.isAlive()).isFalse());
  }

  @Test
  void shouldKeepPortAndRecordsWhenTheBrokerIsStoppedAndStartedAgain() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
      createTopic(kafka.bootstrapServer());
      String before = kafka.bootstrapServer();
      sendPlain(before);

      kafka.stop();
      kafka.startAgain();

      assertThat(kafka.bootstrapServer()).isEqualTo(before);
      assertThat(receivePlain(before)).isEqualTo("value");
    }
  }

  private static void trustGeneratedClasses() {
    ClassSecurityValidator.setGlobal(
        ClassSecurityValidator.composite(
            ClassSecurityValidator.DEFAULT, type -> type.getName().startsWith("io.sluice.avro.")));
  }

  private static void createTopic(String bootstrap) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
      admin
          .createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1)))
          .all()
          .get(30, TimeUnit.SECONDS);
    }
  }

  private static void send(EmbeddedCluster cluster, TranslationRequest request) throws Exception {
    KafkaAvroSerializer values = new KafkaAvroSerializer();
    values.configure(Map.of("schema.registry.url", cluster.schemaRegistryUrl()), false);
    try (KafkaProducer<String, Object> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", cluster.bootstrapServer()),
            new StringSerializer(),
            values)) {
      producer.send(new ProducerRecord<>(TOPIC, "key", request)).get(30, TimeUnit.SECONDS);
    }
  }

  private static Object receive(EmbeddedCluster cluster) {
    KafkaAvroDeserializer values = new KafkaAvroDeserializer();
    values.configure(
        Map.of("schema.registry.url", cluster.schemaRegistryUrl(), "specific.avro.reader", "true"),
        false);
    try (KafkaConsumer<String, Object> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", cluster.bootstrapServer()),
            new StringDeserializer(),
            values)) {
      return first(consumer);
    }
  }

  private static void sendPlain(String bootstrap) throws Exception {
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrap),
            new StringSerializer(),
            new StringSerializer())) {
      producer.send(new ProducerRecord<>(TOPIC, "key", "value")).get(30, TimeUnit.SECONDS);
    }
  }

  private static Object receivePlain(String bootstrap) {
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrap),
            new StringDeserializer(),
            new StringDeserializer())) {
      return first(consumer);
    }
  }

  private static <V> V first(KafkaConsumer<String, V> consumer) {
    consumer.assign(List.of(PARTITION));
    consumer.seekToBeginning(List.of(PARTITION));
    return Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> consumer.poll(Duration.ofMillis(200)).records(PARTITION), r -> !r.isEmpty())
        .get(0)
        .value();
  }
}
