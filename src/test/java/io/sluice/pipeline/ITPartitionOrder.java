package io.sluice.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.sluice.avro.TranslationRequest;
import io.sluice.codec.AvroSchemas;
import io.sluice.codec.RegistryClients;
import io.sluice.control.BudgetSource;
import io.sluice.dispatch.DispatchLimits;
import io.sluice.embedded.EmbeddedCluster;
import io.sluice.metrics.Meters;
import io.sluice.testing.Requests;
import io.sluice.testing.ResultLog;
import io.sluice.testing.ScriptedTranslator;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backlog of partitions that were filled unevenly, on a real broker. */
class ITPartitionOrder {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final String REQUESTS = "translation.requests.v1";
  private static final int SECONDS = 12;
  private static final int[] PER_SECOND = {150, 450};
  private static final long BATCH_NANOS = 10_000_000;
  private static final int ALL = (PER_SECOND[0] + PER_SECOND[1]) * SECONDS;

  /** Read in turns, the fuller partition falls behind by more than five seconds. */
  private static final long ALLOWED_MILLIS = 4_000;

  private final ScriptedTranslator translator = new ScriptedTranslator();

  @TempDir private Path state;

  @Test
  void shouldTranslateTheOldestFirstWhateverPartitionTheyAreIn() throws Exception {
    translator.script(batch -> LockSupport.parkNanos(BATCH_NANOS)); // work waits in the topic
    try (EmbeddedCluster cluster = EmbeddedCluster.start()) {
      fill(cluster);
      try (TranslationApplication application =
          new TranslationApplication(
              config(cluster), translator, BudgetSource.all(), Meters.NOOP)) {
        application.start();
        try (ResultLog results = new ResultLog(cluster, "translation.results.v1")) {
          await().atMost(PATIENCE).until(() -> results.size() == ALL);
        }
      }
    }

    long newest = 0;
    long behind = 0;
    for (List<String> batch : translator.batches()) {
      for (String text : batch) {
        long millis = Long.parseLong(text.substring("text ".length()));
        newest = Math.max(newest, millis);
        behind = Math.max(behind, newest - millis);
      }
    }
    assertThat(behind).isLessThan(ALLOWED_MILLIS);
  }

  private ApplicationConfig config(EmbeddedCluster cluster) {
    return ApplicationConfig.builder(cluster.bootstrapServer(), cluster.schemaRegistryUrl())
        .applicationId("order")
        .createTopics(true)
        .replicationFactor(1)
        .workers(1)
        .dispatchLimits(new DispatchLimits(64, 1 << 20, Duration.ofMillis(500)))
        .stateDir(state)
        .build();
  }

  /** Each record says its time in its text. */
  private static void fill(EmbeddedCluster cluster) throws Exception {
    Map<String, Object> clients = new HashMap<>(ResultLog.clients(cluster));
    try (Admin admin = Admin.create(clients)) {
      admin
          .createTopics(List.of(new NewTopic(REQUESTS, PER_SECOND.length, (short) 1)))
          .all()
          .get(30, TimeUnit.SECONDS);
    }
    long begin = System.currentTimeMillis() - 3_600_000;
    int schema;
    try (SchemaRegistryClient registry =
        RegistryClients.create(cluster.schemaRegistryUrl(), Map.of())) {
      schema =
          registry.register(
              REQUESTS + "-value",
              new AvroSchema(AvroSchemas.published(TranslationRequest.getClassSchema())));
    }
    try (Producer<byte[], byte[]> producer =
        new KafkaProducer<>(clients, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (int partition = 0; partition < PER_SECOND.length; partition++) {
        for (int i = 0; i < PER_SECOND[partition] * SECONDS; i++) {
          long millis = i * 1000L / PER_SECOND[partition];
          TranslationRequest request = Requests.english(partition + "-" + i, "text " + millis);
          byte[] value = Requests.framed(schema, request);
          producer.send(new ProducerRecord<>(REQUESTS, partition, begin + millis, null, value));
        }
      }
      producer.flush();
    }
  }
}
