package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.avro.ControlCause;
import io.sluice.avro.ControlEvent;
import io.sluice.avro.ControlEventKind;
import io.sluice.avro.Outcome;
import io.sluice.avro.TranslationRequest;
import io.sluice.avro.TranslationResult;
import io.sluice.embedded.EmbeddedCluster;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ITProduceConsume {
  private static final String REQUESTS = "translation.requests.v1";
  private static final String RESULTS = "translation.results.v1";
  private static final String CONTROL = "translation.control.v1";
  private static final String CONTROL_JSON = "control-as-json";

  private static EmbeddedCluster cluster;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void start() throws Exception {
    cluster = EmbeddedCluster.start();
    try (Admin admin = Admin.create(clientSettings())) {
      admin
          .createTopics(
              List.of(
                  new NewTopic(REQUESTS, 2, (short) 1),
                  new NewTopic(RESULTS, 2, (short) 1),
                  new NewTopic(CONTROL, 1, (short) 1),
                  new NewTopic(CONTROL_JSON, 1, (short) 1),
                  new NewTopic("translation.requests.v1.dlq", 1, (short) 1)))
          .all()
          .get(30, TimeUnit.SECONDS);
    }
  }

  @AfterAll
  static void close() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void shouldSendOneRequestForEachLineOfAFile(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("lines.txt");
    Files.writeString(file, "One.\n\nÜber drei.");

    int status =
        run("produce", "--from=EN", "--to=de", "--key-by=line", "--priority=bulk", file.toString());

    assertThat(status).isZero();
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString()).contains("sent 3 requests");
    List<TranslationRequest> requests = requests(3);
    assertThat(requests)
        .extracting(TranslationRequest::getText)
        .containsExactlyInAnyOrder("One.", "", "Über drei.");
    assertThat(requests).extracting(TranslationRequest::getSourceLanguage).containsOnly("en");
    assertThat(requests).extracting(TranslationRequest::getId).doesNotHaveDuplicates();
  }

  @Test
  void shouldPrintCommittedResultsOnlyAndEndWhenNothingComes() throws Exception {
    sendResults();

    int status = run("consume", "--from-beginning", "--timeout=3s");

    assertThat(status).isZero();
    assertThat(out.toString().lines())
        .singleElement()
        .asString()
        .contains("experts 6/6", "score 0.75", "Zwei Hunde");
  }

  @Test
  void shouldPrintControlEvents() throws Exception {
    send(CONTROL, ControlEvents.changed(), ControlEvents.measured());

    int status = run("consume", "--topic", CONTROL, "--from-beginning", "--timeout=3s");

    assertThat(status).isZero();
    assertThat(out.toString().lines())
        .containsExactly(
            "2026-01-02T03:04:05Z  here  level 0 → 3, BACKLOG_GREW: 1200 records behind,"
                + " tokens/s: 9000 come, 8000 expected now, 7000 measured before",
            "2026-01-02T03:04:05Z  here  a degraded text agrees with that of full quality by 0.84");
  }

  @Test
  void shouldPrintAnyRecordAsJson() throws Exception {
    send(CONTROL_JSON, ControlEvents.changed());

    int status = run("consume", "--topic", CONTROL_JSON, "--from-beginning", "--max=1", "--json");

    assertThat(status).isZero();
    assertThat(new ObjectMapper().readTree(out.toString()).get("lagRecords").asInt())
        .isEqualTo(1200);
  }

  @Test
  void shouldFindNothingWrongWithAClusterThatIsReady() {
    int status = run("doctor");

    assertThat(out.toString()).contains("ok   broker", "ok   topics", "ok   registry");
    // the launcher sets OMP_NUM_THREADS, and so does the build
    assertThat(status).isZero();
  }

  private int run(String... args) {
    return Main.run(
        Map.of(
            "SLUICE_BOOTSTRAP_SERVER", cluster.bootstrapServer(),
            "SLUICE_SCHEMA_REGISTRY_URL", cluster.schemaRegistryUrl()),
        new PrintWriter(out, true),
        new PrintWriter(err, true),
        args);
  }

  private static Map<String, Object> clientSettings() {
    return Map.of(
        "bootstrap.servers", cluster.bootstrapServer(),
        "schema.registry.url", cluster.schemaRegistryUrl());
  }

  private static List<TranslationRequest> requests(int count) {
    List<TranslationRequest> requests = new ArrayList<>();
    try (ResultReader reader = new ResultReader(clientSettings(), REQUESTS, true);
        var values = AvroClients.deserializer(clientSettings())) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () -> {
                for (ConsumerRecord<String, byte[]> each : reader.poll(Duration.ofMillis(200))) {
                  requests.add((TranslationRequest) values.deserialize(REQUESTS, each.value()));
                }
                return requests.size() >= count;
              });
    }
    return requests;
  }

  /** Two control events. */
  private static final class ControlEvents {
    static ControlEvent changed() {
      return event().setKind(ControlEventKind.LEVEL_CHANGED).build();
    }

    static ControlEvent measured() {
      return event().setKind(ControlEventKind.SHADOW_MEASURED).setAgreement(0.84).build();
    }

    private static ControlEvent.Builder event() {
      return ControlEvent.newBuilder()
          .setInstance("here")
          .setDecidedAt(Instant.parse("2026-01-02T03:04:05Z"))
          .setCause(ControlCause.BACKLOG_GREW)
          .setOldLevel(0)
          .setNewLevel(3)
          .setLagRecords(1200)
          .setArrivalTokensPerSecond(9000)
          .setPredictedTokensPerSecond(8000)
          .setMeasuredTokensPerSecond(7000);
    }
  }

  private static void send(String topic, Object... values) throws Exception {
    try (KafkaProducer<String, Object> producer =
        new KafkaProducer<>(
            clientSettings(), new StringSerializer(), AvroClients.serializer(clientSettings()))) {
      for (Object value : values) {
        producer.send(new ProducerRecord<>(topic, "here", value)).get(30, TimeUnit.SECONDS);
      }
    }
  }

  /** One result in a committed transaction, one in an aborted one. */
  private static void sendResults() throws Exception {
    Map<String, Object> settings = new java.util.HashMap<>(clientSettings());
    settings.put("transactional.id", "test");
    try (KafkaProducer<String, Object> producer =
        new KafkaProducer<>(
            settings, new StringSerializer(), AvroClients.serializer(clientSettings()))) {
      producer.initTransactions();
      producer.beginTransaction();
      producer
          .send(new ProducerRecord<>(RESULTS, "k", result("Zwei Hunde\nspielen.")))
          .get(30, TimeUnit.SECONDS);
      producer.commitTransaction();
      producer.beginTransaction();
      producer.send(new ProducerRecord<>(RESULTS, "k", result("never"))).get(30, TimeUnit.SECONDS);
      producer.abortTransaction();
    }
  }

  private static TranslationResult result(String text) {
    return TranslationResult.newBuilder()
        .setId("1")
        .setSourceLanguage("en")
        .setTargetLanguage("de")
        .setText(text)
        .setOutcome(Outcome.TRANSLATED)
        .setDegraded(false)
        .setRevision(1)
        .setQuality(new io.sluice.avro.Quality(0.75, -0.1, -1.0, 0.2, 2.0, 1.0, 0.0, "test"))
        .setLatency(new io.sluice.avro.Latency(1.0, 2.0, 3.0, 4.0, 12.0))
        .setRouting(
            new io.sluice.avro.Routing(
                io.sluice.avro.RoutingMode.DENSE,
                List.of(2, 2, 2),
                2,
                List.of(),
                1,
                io.sluice.avro.BudgetCause.FULL,
                0L))
        .setDecoding(new io.sluice.avro.Decoding(1, false, "float32", "cpu/test"))
        .setModel(new io.sluice.avro.ModelIdentity("m", "1", "00"))
        .build();
  }
}
