package io.sluice.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.avro.Outcome;
import io.sluice.avro.TranslationResult;
import io.sluice.dispatch.DispatchLimits;
import io.sluice.testing.Requests;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TranslationTopologyTest {
  private static final TopicNames TOPICS = new TopicNames("requests", "results", "dead");
  private static final int LIMIT = 20_000;

  private final TopologyFixture fixture =
      new TopologyFixture(
          RecordLimits.of(LIMIT), new DispatchLimits(1000, 1 << 24, Duration.ofSeconds(1)));
  private final TopologyTestDriver driver = driver(fixture);
  private final TestInputTopic<byte[], byte[]> requests =
      driver.createInputTopic("requests", new ByteArraySerializer(), new ByteArraySerializer());
  private final TestOutputTopic<byte[], byte[]> results =
      driver.createOutputTopic("results", new ByteArrayDeserializer(), new ByteArrayDeserializer());
  private final TestOutputTopic<byte[], byte[]> dead =
      driver.createOutputTopic("dead", new ByteArrayDeserializer(), new ByteArrayDeserializer());

  private static TopologyTestDriver driver(TopologyFixture fixture) {
    Properties settings =
        StreamsSettings.streams(ApplicationConfig.of("unused:9092", "http://unused"));
    return new TopologyTestDriver(
        new TranslationTopology(TOPICS, LIMIT, false, fixture.dispatcher, fixture.writer).get(),
        settings);
  }

  @AfterEach
  void close() {
    driver.close();
  }

  private void run() {
    fixture.dispatcher.runPending();
    driver.advanceWallClockTime(Duration.ofMillis(10));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private byte[] request(String id, String text) {
    return Requests.framed(fixture.ids.request(), Requests.english(id, text));
  }

  private long pending() {
    long count = 0;
    try (var rows = driver.getKeyValueStore(TranslationTopology.PENDING).all()) {
      while (rows.hasNext()) {
        rows.next();
        count++;
      }
    }
    return count;
  }

  private static String header(TestRecord<byte[], byte[]> letter, String name) {
    return new String(letter.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }

  @Test
  void shouldKeepFirstAndSendWhenFinished() {
    requests.pipeInput(bytes("k"), request("1", "hello"));

    assertThat(pending()).isEqualTo(1);
    assertThat(results.isEmpty()).isTrue();
    run();

    assertThat(pending()).isZero();
    assertThat(fixture.dispatcher.openRecords()).isZero();
    TranslationResult result = fixture.result(results.readValue());
    assertThat(result.getText()).isEqualTo("HELLO");
    assertThat(result.getOutcome()).isEqualTo(Outcome.TRANSLATED);
    assertThat(result.getRevision()).isEqualTo(1);
  }

  @Test
  void shouldKeepKeyTimestampAndHeaders() {
    Headers headers = new RecordHeaders();
    headers.add("traceparent", bytes("00-1-2-01"));
    headers.add("user", new byte[] {0, 1});
    byte[] key = {0, -1, 7};
    requests.pipeInput(
        new TestRecord<>(key, request("1", "hello"), headers, Instant.ofEpochMilli(1234)));
    run();

    TestRecord<byte[], byte[]> result = results.readRecord();
    assertThat(result.key()).isEqualTo(key);
    assertThat(result.timestamp()).isEqualTo(1234);
    assertThat(result.headers()).containsExactly(headers.toArray());
    assertThat(result.value()).startsWith(Requests.header(fixture.ids.result()));
  }

  @Test
  void shouldSendInOrderOfTheKeyWhenALaterRowIsFinishedFirst() {
    fixture.translator.script(
        batch -> {
          if (batch.contains("second")) {
            throw new IllegalStateException("later");
          }
        });
    requests.pipeInput(bytes("k"), request("1", "first"));
    requests.pipeInput(bytes("k"), bytes("malformed"));
    requests.pipeInput(bytes("k"), request("3", ""));
    requests.pipeInput(null, request("4", ""));
    driver.advanceWallClockTime(Duration.ofMillis(10));
    assertThat(results.isEmpty()).isTrue();
    run();

    List<String> ids = new ArrayList<>();
    results.readValuesToList().forEach(v -> ids.add(fixture.result(v).getId()));
    assertThat(ids).containsSubsequence("1", "3").containsExactlyInAnyOrder("1", "3", "4");
    assertThat(dead.readValue()).isEqualTo(bytes("malformed"));
  }

  @Test
  void shouldWriteDeadLetterByteForByte() {
    Headers headers = new RecordHeaders().add("user", bytes("u"));
    byte[] value = {0, 0, 0, 9, 9, 1};
    requests.pipeInput(new TestRecord<>(bytes("k"), value, headers, Instant.ofEpochMilli(77)));
    run();

    TestRecord<byte[], byte[]> letter = dead.readRecord();
    assertThat(letter.key()).isEqualTo(bytes("k"));
    assertThat(letter.value()).isEqualTo(value);
    assertThat(letter.timestamp()).isEqualTo(77);
    assertThat(letter.headers().toArray()[0]).isEqualTo(headers.toArray()[0]);
    assertThat(letter.headers())
        .extracting(Header::key)
        .containsExactly(
            "user",
            "__streams.errors.exception",
            "__streams.errors.message",
            "__streams.errors.stacktrace",
            "__streams.errors.topic",
            "__streams.errors.partition",
            "__streams.errors.offset",
            "__sluice.errors.code",
            "__sluice.errors.stage",
            "__sluice.errors.retryable");
    assertThat(header(letter, "__sluice.errors.code")).isEqualTo("SCHEMA_UNKNOWN");
    assertThat(header(letter, "__streams.errors.offset")).isEqualTo("0");
    assertThat(results.isEmpty()).isTrue();
  }

  @Test
  void shouldPassTombstoneOn() {
    requests.pipeInput(bytes("k"), (byte[]) null);
    run();

    TestRecord<byte[], byte[]> result = results.readRecord();
    assertThat(result.key()).isEqualTo(bytes("k"));
    assertThat(result.value()).isNull();
  }

  @Test
  void shouldAnswerExpiredWithoutDeadLetter() {
    requests.pipeInput(
        bytes("k"),
        Requests.framed(fixture.ids.request(), Requests.withDeadline("1", "late", Instant.EPOCH)));
    run();

    TranslationResult result = fixture.result(results.readValue());
    assertThat(result.getOutcome()).isEqualTo(Outcome.EXPIRED);
    assertThat(result.getText()).isEmpty();
    assertThat(dead.isEmpty()).isTrue();
  }

  @Test
  void shouldRejectBeforeKeepingWhenTheChangelogCannotTakeIt() {
    byte[] value = new byte[LIMIT - 50];
    requests.pipeInput(new byte[10], value);

    assertThat(pending()).isZero();
    TestRecord<byte[], byte[]> letter = dead.readRecord();
    assertThat(header(letter, "__sluice.errors.code")).isEqualTo("RECORD_TOO_LARGE");
    assertThat(header(letter, "__sluice.errors.stage")).isEqualTo("KEEP");
    assertThat(letter.value()).as("does not fit with its headers").isNull();
  }

  @Test
  void shouldLeaveStackTraceOutWhenTheDeadLetterWouldNotFit() {
    byte[] value = request("1", "x".repeat(LIMIT - 1200));
    fixture.translator.script(
        batch -> {
          throw new IllegalStateException();
        });
    requests.pipeInput(bytes("k"), value);
    run();

    TestRecord<byte[], byte[]> letter = dead.readRecord();
    assertThat(letter.value()).isEqualTo(value);
    assertThat(letter.headers().lastHeader("__streams.errors.stacktrace")).isNull();
    assertThat(header(letter, "__sluice.errors.code")).isEqualTo("INTERNAL");
  }

  @Test
  void shouldRejectWhenTheResultWouldNotFit() {
    TopologyFixture small =
        new TopologyFixture(
            new RecordLimits(LIMIT, 500, LIMIT),
            new DispatchLimits(10, 1 << 20, Duration.ofSeconds(1)));
    try (TopologyTestDriver other = driver(small)) {
      byte[] value = Requests.framed(small.ids.request(), Requests.english("1", "x".repeat(1000)));
      other
          .createInputTopic("requests", new ByteArraySerializer(), new ByteArraySerializer())
          .pipeInput(bytes("k"), value);
      small.dispatcher.runPending();
      other.advanceWallClockTime(Duration.ofMillis(10));

      TestRecord<byte[], byte[]> letter =
          other
              .createOutputTopic("dead", new ByteArrayDeserializer(), new ByteArrayDeserializer())
              .readRecord();
      assertThat(letter.value()).isEqualTo(value);
      assertThat(header(letter, "__sluice.errors.code")).isEqualTo("RECORD_TOO_LARGE");
      assertThat(header(letter, "__sluice.errors.stage")).isEqualTo("SEND");
    }
  }

  @Test
  void shouldBalanceRequestsWithResultsDeadLettersAndPending() {
    for (int i = 0; i < 100; i++) {
      byte[] key = i % 5 == 0 ? null : bytes("k" + i % 3);
      byte[] value = i % 7 == 0 ? bytes("bad " + i) : request("" + i, "text " + i);
      requests.pipeInput(key, value);
      if (i == 60) {
        run();
      }
    }
    long sent = results.getQueueSize() + dead.getQueueSize();

    assertThat(sent).isEqualTo(61);
    assertThat(pending()).isEqualTo(39);
    run();

    assertThat(pending()).isZero();
    assertThat(dead.getQueueSize()).isEqualTo(15);
    assertThat(results.getQueueSize()).isEqualTo(85);
    Map<String, Integer> last = new java.util.HashMap<>();
    for (TestRecord<byte[], byte[]> result : results.readRecordsToList()) {
      if (result.key() != null) {
        int id = Integer.parseInt(fixture.result(result.value()).getId());
        Integer before = last.put(new String(result.key(), StandardCharsets.UTF_8), id);
        assertThat(before == null || before < id).isTrue();
      }
    }
  }

  @Test
  void shouldLetARowInWhenTheDispatcherIsFullOfOtherTasks() {
    TopologyFixture tiny =
        new TopologyFixture(
            RecordLimits.of(LIMIT), new DispatchLimits(1, 1 << 20, Duration.ofSeconds(1)));
    try (TopologyTestDriver other = driver(tiny)) {
      TestInputTopic<byte[], byte[]> input =
          other.createInputTopic("requests", new ByteArraySerializer(), new ByteArraySerializer());
      tiny.dispatcher.submit(
          new io.sluice.dispatch.PendingRow(
              new io.sluice.domain.RawRecord(
                  new io.sluice.domain.SourcePosition("x", 1, 0), 0, null, null, List.of()),
              new io.sluice.dispatch.TaskOutbox()));
      assertThat(tiny.dispatcher.isFull()).isTrue();

      input.pipeInput(bytes("k"), Requests.framed(tiny.ids.request(), Requests.english("1", "a")));

      assertThat(tiny.dispatcher.openRecords()).isEqualTo(2);
    }
  }
}
