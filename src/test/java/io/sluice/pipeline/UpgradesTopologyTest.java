package io.sluice.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.avro.TranslationResult;
import io.sluice.batching.BatchLimits;
import io.sluice.codec.ResultEncoder;
import io.sluice.codec.SchemaSetup;
import io.sluice.codec.SchemaSource;
import io.sluice.codec.UpgradeDecoder;
import io.sluice.codec.UpgradeEncoder;
import io.sluice.control.BudgetSource;
import io.sluice.dispatch.DispatchClock;
import io.sluice.dispatch.DispatchLimits;
import io.sluice.dispatch.Dispatcher;
import io.sluice.domain.BudgetCause;
import io.sluice.domain.ExpertBudget;
import io.sluice.domain.PreparedText;
import io.sluice.domain.RoutingMode;
import io.sluice.domain.SourcePosition;
import io.sluice.domain.Upgrade;
import io.sluice.metrics.Meters;
import io.sluice.testing.Requests;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Both applications, the output of the first one given to the second. */
class UpgradesTopologyTest {
  private static final TopicNames TOPICS = new TopicNames("requests", "results", "dead");
  private static final int LIMIT = 20_000;
  private static final ExpertBudget LOW =
      new ExpertBudget(List.of(1), List.of(4), RoutingMode.TOKEN, BudgetCause.LAG, 0);

  private final TopologyFixture fixture =
      new TopologyFixture(
          RecordLimits.of(LIMIT), new DispatchLimits(100, 1 << 24, Duration.ofSeconds(1)), LOW);
  private final SchemaSetup setup = new SchemaSetup(fixture.registry, true);
  private final int upgradeId = setup.ensureUpgrade("upgrades");
  private final AtomicBoolean held = new AtomicBoolean();
  private final UpgradeDecoder decoder =
      new UpgradeDecoder(
          new SchemaSource(fixture.registry, Duration.ZERO, System::nanoTime, Runnable::run),
          1 << 20);
  private final Dispatcher redoing =
      new Dispatcher(
          DispatchLimits.DEFAULT,
          BatchLimits.DEFAULT,
          1,
          row -> decoder.decode(row.value()).request(),
          fixture.translator,
          BudgetSource.all(),
          DispatchClock.SYSTEM,
          Meters.NOOP,
          failure -> {
            throw new AssertionError(failure);
          },
          held::get);
  private final TopologyTestDriver first = first(UpgradePolicy.ON);
  private final TopologyTestDriver second = second();
  private final TestInputTopic<byte[], byte[]> requests =
      first.createInputTopic("requests", new ByteArraySerializer(), new ByteArraySerializer());
  private final TestOutputTopic<byte[], byte[]> results = output(first, "results");
  private final TestOutputTopic<byte[], byte[]> owed = output(first, "upgrades");
  private final TestInputTopic<byte[], byte[]> upgrades =
      second.createInputTopic("upgrades", new ByteArraySerializer(), new ByteArraySerializer());
  private final TestOutputTopic<byte[], byte[]> revisions = output(second, "revisions");

  private TopologyTestDriver first(UpgradePolicy policy) {
    OutcomeWriter writer =
        new OutcomeWriter(
            new ResultEncoder(fixture.ids.result()),
            fixture.translator.assemble(PreparedText.bypass(""), List.of()),
            RecordLimits.of(LIMIT),
            DispatchClock.SYSTEM,
            Meters.NOOP,
            Optional.of(new DebtWriter(new UpgradeEncoder(upgradeId), policy, LIMIT, Meters.NOOP)),
            (request, translation) -> {});
    return new TopologyTestDriver(
        new TranslationTopology(TOPICS, LIMIT, true, fixture.dispatcher, writer).get(),
        StreamsSettings.streams(ApplicationConfig.of("unused:9092", "http://unused")));
  }

  private TopologyTestDriver second() {
    RevisionWriter writer =
        new RevisionWriter(
            new ResultEncoder(setup.ensureRevision("revisions")),
            RecordLimits.of(LIMIT),
            DispatchClock.SYSTEM,
            Meters.NOOP);
    return new TopologyTestDriver(
        new UpgradesTopology(TOPICS, LIMIT, redoing, writer).get(),
        StreamsSettings.streams(
            ApplicationConfig.of("unused:9092", "http://unused").forUpgrades()));
  }

  private static TestOutputTopic<byte[], byte[]> output(TopologyTestDriver driver, String topic) {
    return driver.createOutputTopic(
        topic, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  @AfterEach
  void close() {
    first.close();
    second.close();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private void send(String id, String text) {
    requests.pipeInput(
        new TestRecord<>(
            bytes("key"),
            Requests.framed(fixture.ids.request(), Requests.english(id, text)),
            new RecordHeaders().add("user", bytes("u")),
            Instant.ofEpochMilli(1234)));
    fixture.dispatcher.runPending();
    first.advanceWallClockTime(Duration.ofMillis(10));
  }

  private void redo() {
    redoing.runPending();
    second.advanceWallClockTime(Duration.ofMillis(10));
  }

  @Test
  void shouldReviseADegradedResultOnceUnderItsKeyAndId() {
    send("7", "hello");

    TranslationResult degraded = fixture.result(results.readValue());
    assertThat(degraded.getDegraded()).isTrue();
    assertThat(degraded.getRevision()).isEqualTo(1);
    TestRecord<byte[], byte[]> debt = owed.readRecord();
    assertThat(debt.key()).isEqualTo(bytes("key"));
    Upgrade upgrade = decoder.decode(debt.value());
    assertThat(upgrade.request().text()).isEqualTo("hello");
    assertThat(upgrade.source()).isEqualTo(new SourcePosition("requests", 0, 0));
    assertThat(upgrade.expertsPerLayer()).containsExactly(1);

    upgrades.pipeInput(debt);
    redo();

    TestRecord<byte[], byte[]> revision = revisions.readRecord();
    assertThat(revision.key()).isEqualTo(bytes("key"));
    assertThat(revision.timestamp()).isEqualTo(1234);
    assertThat(revision.headers().lastHeader("user").value()).isEqualTo(bytes("u"));
    TranslationResult revised = fixture.result(revision.value());
    assertThat(revised.getId()).isEqualTo("7");
    assertThat(revised.getRevision()).isEqualTo(2);
    assertThat(revised.getDegraded()).isFalse();
    redo();
    assertThat(revisions.isEmpty()).isTrue();
    assertThat(redoing.openRecords()).isZero();
  }

  @Test
  void shouldOweNothingWhenTheTextWasPassedThrough() {
    send("1", " ");

    assertThat(results.isEmpty()).isFalse();
    assertThat(owed.isEmpty()).isTrue();
  }

  @Test
  void shouldKeepAnUpgradeAndBeginNoBatchWhileItIsHeld() {
    send("1", "hello");
    held.set(true);
    upgrades.pipeInput(owed.readRecord());
    redo();
    assertThat(revisions.isEmpty()).isTrue();
    assertThat(redoing.load().queuedRecords()).isEqualTo(1);

    held.set(false);
    redo();

    assertThat(revisions.isEmpty()).isFalse();
  }

  @Test
  void shouldReviseNothingWhenTheUpgradeIsNoneOrMayNotBeTranslated() {
    send("1", "hello");
    upgrades.pipeInput(bytes("key"), bytes("rubbish"));
    upgrades.pipeInput(bytes("key"), (byte[]) null);
    redo();

    assertThat(revisions.isEmpty()).isTrue();
    assertThat(redoing.openRecords()).isZero();
    upgrades.pipeInput(owed.readRecord());
    redo();
    assertThat(revisions.isEmpty()).isFalse();
  }
}
