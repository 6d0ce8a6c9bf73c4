package io.sluice.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.sluice.avro.ControlEvent;
import io.sluice.avro.Flag;
import io.sluice.avro.Latency;
import io.sluice.avro.Outcome;
import io.sluice.avro.TranslationRequest;
import io.sluice.avro.TranslationResult;
import io.sluice.checkpoint.ModelBundle;
import io.sluice.codec.AvroSchemas;
import io.sluice.codec.DeadLetterHeaders;
import io.sluice.codec.RegistryClients;
import io.sluice.domain.ExpertBudget;
import io.sluice.domain.LanguagePair;
import io.sluice.domain.Translation;
import io.sluice.embedded.Cluster;
import io.sluice.engine.LineTranslator;
import io.sluice.engine.TransformerTranslator;
import io.sluice.engine.TranslatorOptions;
import io.sluice.tensor.Nd4jBackend;
import io.sluice.testing.RequestFlow;
import io.sluice.testing.Requests;
import io.sluice.testing.ResultLog;
import io.sluice.testing.ResultLog.Seen;
import io.sluice.testing.TestClusters;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The application with the bundled model. Unhappy records of every kind, each between good
 * neighbours of its key, are sent once; the tests look at what came out.
 */
class ITApplication {
  private static final int NEIGHBOURS = 50;
  private static final int KEYS = 5;
  private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final LanguagePair EN_DE = new LanguagePair("en", "de");

  private static Cluster cluster;
  private static TransformerTranslator translator;
  private static TranslationApplication application;
  private static ResultLog requests;
  private static ResultLog results;
  private static ResultLog deadLetters;
  private static int requestSchema;
  private static final List<UnhappyRecords.Case> CASES = new ArrayList<>();
  private static final List<String> GOOD = RequestFlow.demoSentences().subList(0, NEIGHBOURS);
  private static final Map<String, RecordMetadata> SENT = new HashMap<>();
  @TempDir private static Path state;

  @BeforeAll
  static void sendAll() throws Exception {
    cluster = TestClusters.start();
    translator =
        TransformerTranslator.load(
            ModelBundle.bundled(), new Nd4jBackend(), TranslatorOptions.greedy("cpu/test"));
    ApplicationConfig config =
        ApplicationConfig.builder(cluster.bootstrapServer(), cluster.schemaRegistryUrl())
            .applicationId("application-test")
            .createTopics(true)
            .partitions(3)
            .replicationFactor(1)
            .schemaGrace(Duration.ofSeconds(2))
            .stateDir(state)
            .build();
    application = new TranslationApplication(config, translator);
    application.start();
    registerSchemas(config.topics().requests());
    requests = new ResultLog(cluster, config.topics().requests());
    results = new ResultLog(cluster, config.topics().results());
    deadLetters = new ResultLog(cluster, config.topics().deadLetters());
    send(config.topics().requests());
    await()
        .atMost(PATIENCE)
        .until(() -> results.size() + deadLetters.size() >= CASES.size() + NEIGHBOURS);
    await().atMost(PATIENCE).until(() -> requests.size() >= CASES.size() + NEIGHBOURS);
  }

  private static void registerSchemas(String topic) throws Exception {
    Schema textless =
        SchemaBuilder.record("TranslationRequest")
            .namespace("io.sluice.avro")
            .fields()
            .requiredString("id")
            .endRecord();
    try (SchemaRegistryClient registry =
        RegistryClients.create(cluster.schemaRegistryUrl(), Map.of())) {
      Schema request = AvroSchemas.published(TranslationRequest.getClassSchema());
      Schema other = AvroSchemas.published(ControlEvent.getClassSchema());
      requestSchema = registry.getId(topic + "-value", new AvroSchema(request));
      CASES.addAll(
          UnhappyRecords.all(
              requestSchema,
              registry.register("other-value", new AvroSchema(other)),
              registry.register("textless-value", new AvroSchema(textless))));
    }
  }

  /** After each unhappy record comes a neighbour with its key; the rest of them follows. */
  private static void send(String topic) throws Exception {
    Map<String, Object> settings = new HashMap<>(ResultLog.clients(cluster));
    settings.put("max.request.size", 4 << 20);
    Map<String, Future<RecordMetadata>> sending = new HashMap<>();
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
      for (int i = 0; i < Math.max(CASES.size(), NEIGHBOURS); i++) {
        if (i < CASES.size()) {
          UnhappyRecords.Case each = CASES.get(i);
          sending.put(each.name(), producer.send(message(topic, i, each.name(), each.value())));
        }
        if (i < NEIGHBOURS) {
          byte[] value = Requests.framed(requestSchema, Requests.english("good-" + i, GOOD.get(i)));
          sending.put("good-" + i, producer.send(message(topic, i, "good-" + i, value)));
        }
      }
      for (Map.Entry<String, Future<RecordMetadata>> each : sending.entrySet()) {
        SENT.put(each.getKey(), each.getValue().get(30, TimeUnit.SECONDS));
      }
    }
  }

  private static ProducerRecord<String, byte[]> message(
      String topic, int index, String name, byte[] value) {
    ProducerRecord<String, byte[]> message =
        new ProducerRecord<>(topic, "key-" + index % KEYS, value);
    message.headers().add("name", name.getBytes(StandardCharsets.UTF_8));
    message.headers().add("traceparent", TRACE.getBytes(StandardCharsets.UTF_8));
    return message;
  }

  @AfterAll
  static void close() {
    Stream.of(requests, results, deadLetters, application, translator, cluster)
        .filter(java.util.Objects::nonNull)
        .forEach(ITApplication::closeOne);
  }

  private static void closeOne(AutoCloseable resource) {
    try {
      resource.close();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  static List<UnhappyRecords.Case> cases() {
    return CASES;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void shouldGiveAnUnhappyRecordItsTypedOutcome(UnhappyRecords.Case sent) {
    if (sent.expected() instanceof UnhappyRecords.DeadLetter expected) {
      assertThat(find(results, sent.name())).isEmpty();
      checkDeadLetter(sent, expected, find(deadLetters, sent.name()).orElseThrow());
    } else {
      assertThat(find(deadLetters, sent.name())).isEmpty();
      Seen seen = find(results, sent.name()).orElseThrow();
      assertCarriesKeyAndHeaders(sent.name(), seen);
      if (sent.expected() instanceof UnhappyRecords.Result expected) {
        checkResult(sent, expected.outcome(), results.result(seen));
      } else {
        assertThat(seen.raw().value()).isNull();
      }
    }
  }

  private static void checkDeadLetter(
      UnhappyRecords.Case sent, UnhappyRecords.DeadLetter expected, Seen seen) {
    RecordMetadata source = SENT.get(sent.name());
    assertThat(seen.raw().value()).isEqualTo(sent.value());
    assertCarriesKeyAndHeaders(sent.name(), seen);
    assertThat(header(seen, DeadLetterHeaders.CODE)).isEqualTo(expected.code().name());
    assertThat(header(seen, DeadLetterHeaders.STAGE)).isEqualTo(expected.stage().name());
    assertThat(header(seen, DeadLetterHeaders.RETRYABLE)).isEqualTo("" + expected.retryable());
    assertThat(header(seen, DeadLetterHeaders.TOPIC)).isEqualTo(source.topic());
    assertThat(header(seen, DeadLetterHeaders.PARTITION)).isEqualTo("" + source.partition());
    assertThat(header(seen, DeadLetterHeaders.OFFSET)).isEqualTo("" + source.offset());
    assertThat(header(seen, DeadLetterHeaders.EXCEPTION)).isNotEmpty();
    assertThat(header(seen, DeadLetterHeaders.MESSAGE)).startsWith(expected.code().name());
    assertThat(header(seen, DeadLetterHeaders.STACK_TRACE)).doesNotContain("bicycle");
    assertThat(header(seen, DeadLetterHeaders.MESSAGE)).doesNotContain("bicycle");
  }

  private static void checkResult(
      UnhappyRecords.Case sent, Outcome expected, TranslationResult result) {
    assertThat(result.getOutcome()).isEqualTo(expected);
    assertThat(result.getSourceLanguage()).isEqualTo("en");
    assertThat(result.getTargetLanguage()).isEqualTo("de");
    assertThat(result.getRevision()).isEqualTo(1);
    switch (expected) {
      case BYPASSED -> assertThat(result.getText()).isEqualTo(sent.text());
      case EXPIRED -> assertThat(result.getText()).isEmpty();
      default -> assertThat(result.getText()).isNotBlank().isNotEqualTo(sent.text());
    }
  }

  @Test
  void shouldIgnoreControlCharactersInsideAText() {
    assertThat(text("control characters").strip()).startsWith(translated(UnhappyRecords.CLEAN));
    assertThat(text("upper-case languages")).isEqualTo(translated(UnhappyRecords.CLEAN));
  }

  @Test
  void shouldTranslateALongTextInPiecesAndKeepTheRest() {
    TranslationResult result = results.result(find(results, "1 MiB of text").orElseThrow());
    String expected =
        sent("1 MiB of text")
            .text()
            .replace(UnhappyRecords.CLEAN, translated(UnhappyRecords.CLEAN));

    assertThat(result.getText().equals(expected)).isTrue();
    assertThat(result.getFlags()).contains(Flag.SEGMENTED);
  }

  @Test
  void shouldBalanceRequestsWithResultsAndDeadLetters() {
    assertThat(requests.seen()).hasSize(CASES.size() + NEIGHBOURS);
    assertThat(results.seen().size() + deadLetters.seen().size()).isEqualTo(requests.seen().size());
    assertThat(Stream.concat(results.seen().stream(), deadLetters.seen().stream()))
        .extracting(seen -> header(seen, "name"))
        .doesNotHaveDuplicates();
    assertThat(application.pendingRecords()).isZero();
  }

  @Test
  void shouldKeepTheOrderOfEachKeyInBothTopics() {
    for (ResultLog log : List.of(results, deadLetters)) {
      Map<String, Long> latest = new HashMap<>();
      for (Seen seen : log.seen()) {
        long offset = SENT.get(header(seen, "name")).offset();
        Long before = latest.put(seen.raw().key(), offset);
        assertThat(before == null ? -1 : before).isLessThan(offset);
      }
    }
  }

  @Test
  void shouldTranslateGoodNeighboursAsTheLineTranslatorDoes() {
    List<Translation> expected;
    try (LineTranslator lines = new LineTranslator(translator, ExpertBudget.all(), 16, 2)) {
      expected = lines.translate(GOOD, EN_DE);
    }

    for (int i = 0; i < NEIGHBOURS; i++) {
      Seen seen = find(results, "good-" + i).orElseThrow();
      TranslationResult result = results.result(seen);
      assertCarriesKeyAndHeaders("good-" + i, seen);
      assertThat(result.getId()).isEqualTo("good-" + i);
      assertThat(result.getText()).isEqualTo(expected.get(i).text());
      assertThat(result.getOutcome()).isEqualTo(Outcome.TRANSLATED);
      assertThat(result.getQuality().getScore())
          .isCloseTo(expected.get(i).quality().score(), within(1e-4));
    }
  }

  @Test
  void shouldMeasureClocksThatAddUpToNoMoreThanAReaderObserves() {
    for (Seen seen : results.seen()) {
      if (seen.raw().value() == null) {
        continue;
      }
      Latency latency = results.result(seen).getLatency();
      double sum =
          latency.getQueueMillis()
              + latency.getBatchWaitMillis()
              + latency.getEncodeMillis()
              + latency.getDecodeMillis();
      Duration observed =
          Duration.between(java.time.Instant.ofEpochMilli(seen.raw().timestamp()), seen.at());

      assertThat(latency.getQueueMillis()).isNotNegative();
      assertThat(latency.getBatchWaitMillis()).isNotNegative();
      assertThat(sum).isLessThanOrEqualTo(latency.getTotalMillis() + 1e-3);
      assertThat(latency.getTotalMillis()).isLessThanOrEqualTo(observed.toNanos() / 1e6 + 1);
      if (results.result(seen).getOutcome() == Outcome.TRANSLATED) {
        assertThat(latency.getEncodeMillis()).isPositive();
        assertThat(latency.getDecodeMillis()).isPositive();
      }
    }
  }

  private static void assertCarriesKeyAndHeaders(String name, Seen seen) {
    Seen request = find(requests, name).orElseThrow();
    assertThat(seen.raw().key()).isEqualTo(request.raw().key());
    assertThat(seen.raw().headers().toArray()).startsWith(request.raw().headers().toArray());
    assertThat(header(seen, "traceparent")).isEqualTo(TRACE);
    assertThat(seen.raw().timestamp()).isEqualTo(request.raw().timestamp());
  }

  private static UnhappyRecords.Case sent(String name) {
    return CASES.stream().filter(each -> each.name().equals(name)).findFirst().orElseThrow();
  }

  private static String text(String name) {
    return results.result(find(results, name).orElseThrow()).getText();
  }

  private static String translated(String text) {
    try (LineTranslator lines = new LineTranslator(translator, ExpertBudget.all(), 16, 1)) {
      return lines.translate(List.of(text), EN_DE).get(0).text();
    }
  }

  private static Optional<Seen> find(ResultLog log, String name) {
    return log.seen().stream().filter(seen -> header(seen, "name").equals(name)).findFirst();
  }

  private static String header(Seen seen, String key) {
    Header header = seen.raw().headers().lastHeader(key);
    return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
  }
}
