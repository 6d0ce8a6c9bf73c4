package io.sluice.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.batching.BatchLimits;
import io.sluice.control.BatchWork;
import io.sluice.control.BudgetSource;
import io.sluice.domain.ExpertBudget;
import io.sluice.domain.LanguagePair;
import io.sluice.domain.Latency;
import io.sluice.domain.Outcome;
import io.sluice.domain.Priority;
import io.sluice.domain.RawRecord;
import io.sluice.domain.RejectedException;
import io.sluice.domain.Rejection;
import io.sluice.domain.RejectionCode;
import io.sluice.domain.Request;
import io.sluice.domain.SourcePosition;
import io.sluice.domain.Stage;
import io.sluice.domain.UnavailableException;
import io.sluice.metrics.Meters;
import io.sluice.testing.ManualClock;
import io.sluice.testing.ScriptedTranslator;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class DispatcherTest {
  private final ManualClock clock = new ManualClock();
  private final ScriptedTranslator translator = new ScriptedTranslator();
  private final TaskOutbox outbox = new TaskOutbox();
  private final AtomicBoolean registryAway = new AtomicBoolean();
  private final List<Throwable> fatal = new java.util.concurrent.CopyOnWriteArrayList<>();
  private Optional<Instant> deadline = Optional.empty();
  private OptionalDouble share = OptionalDouble.empty();
  private int offset;
  private final Dispatcher dispatcher =
      dispatcher(new DispatchLimits(10, 4000, Duration.ofSeconds(1)));

  private Dispatcher dispatcher(DispatchLimits limits) {
    return dispatcher(limits, () -> false);
  }

  private Dispatcher dispatcher(DispatchLimits limits, BooleanSupplier held) {
    return new Dispatcher(
        limits,
        new BatchLimits(4, 1000, Duration.ofMillis(20)),
        2,
        this::decode,
        translator,
        BudgetSource.all(),
        clock,
        Meters.NOOP,
        fatal::add,
        held);
  }

  private Request decode(RawRecord raw) {
    String text = new String(raw.value(), StandardCharsets.UTF_8);
    if (registryAway.get() && text.startsWith("new")) {
      throw new UnavailableException("away");
    }
    if (text.equals("malformed")) {
      throw new RejectedException(
          new Rejection(RejectionCode.MALFORMED_RECORD, Stage.DECODE, "bad", false));
    }
    OptionalDouble floor = text.startsWith("floor") ? OptionalDouble.of(0.5) : share;
    return new Request(
        "id",
        text,
        new LanguagePair("en", "de"),
        Optional.empty(),
        priority(text),
        floor,
        deadline,
        Map.of());
  }

  private static Priority priority(String text) {
    if (text.startsWith("interactive")) {
      return Priority.INTERACTIVE;
    }
    return text.startsWith("bulk") ? Priority.BULK : Priority.STANDARD;
  }

  private PendingRow submit(String text) {
    return submit(text, outbox);
  }

  private PendingRow submit(String text, TaskOutbox owner) {
    return submit(text, null, owner);
  }

  private PendingRow submit(String text, String key, TaskOutbox owner) {
    PendingRow row = row(text, key, owner);
    dispatcher.submit(row);
    return row;
  }

  private PendingRow row(String text, String key, TaskOutbox owner) {
    byte[] value = text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    return new PendingRow(
        new RawRecord(
            new SourcePosition("requests", 0, offset++),
            clock.millis() - 100,
            key == null ? null : key.getBytes(StandardCharsets.UTF_8),
            value,
            List.of()),
        owner);
  }

  private static String text(PendingRow row) {
    return ((RowOutcome.Translated) row.outcome().orElseThrow()).translation().text();
  }

  private static RejectionCode code(PendingRow row) {
    return ((RowOutcome.Rejected) row.outcome().orElseThrow()).rejection().code();
  }

  @Test
  void shouldBatchRowsOfAllTasksWhenTheyWaitTogether() {
    TaskOutbox other = new TaskOutbox();
    PendingRow first = submit("a");
    PendingRow second = submit("b", other);

    assertThat(dispatcher.runPending()).isEqualTo(1);

    assertThat(translator.batches()).containsExactly(List.of("a", "b"));
    assertThat(outbox.poll()).containsSame(first);
    assertThat(other.poll()).containsSame(second);
    assertThat(text(first)).isEqualTo("A");
  }

  @Test
  void shouldBeFullByRecordsUntilRowsAreReleased() {
    List<PendingRow> rows = IntStream.range(0, 10).mapToObj(i -> submit("x" + i)).toList();
    assertThat(dispatcher.isFull()).isTrue();
    dispatcher.runPending();
    assertThat(dispatcher.isFull()).as("finished but not sent").isTrue();

    dispatcher.release(rows.get(0));
    dispatcher.release(rows.get(0));

    assertThat(dispatcher.isFull()).isFalse();
    assertThat(dispatcher.openRecords()).isEqualTo(9);
  }

  @Test
  void shouldBeFullByBytes() {
    PendingRow row = submit("x".repeat(5000));
    assertThat(dispatcher.isFull()).isTrue();

    dispatcher.release(row);

    assertThat(dispatcher.openBytes()).isZero();
    assertThat(dispatcher.isFull()).isFalse();
  }

  @Test
  void shouldDropRowsWhenTheirOwnerIsClosed() {
    TaskOutbox gone = new TaskOutbox();
    PendingRow early = submit("early", gone);
    gone.close();
    PendingRow kept = submit("kept");

    dispatcher.runPending();

    assertThat(early.outcome()).isEmpty();
    assertThat(text(kept)).isEqualTo("KEPT");
    assertThat(translator.batches()).containsExactly(List.of("kept"));
  }

  @Test
  void shouldIsolateGuiltySegmentWhenABatchThrows() {
    translator.script(
        batch -> {
          if (batch.contains("poison")) {
            throw new IllegalArgumentException("poison");
          }
        });
    PendingRow good = submit("good");
    PendingRow bad = submit("poison");
    PendingRow fine = submit("fine");

    dispatcher.runPending();

    assertThat(text(good)).isEqualTo("GOOD");
    assertThat(text(fine)).isEqualTo("FINE");
    RowOutcome.Rejected rejected = (RowOutcome.Rejected) bad.outcome().orElseThrow();
    assertThat(rejected.rejection().code()).isEqualTo(RejectionCode.INTERNAL);
    assertThat(rejected.rejection().message()).doesNotContain("poison");
    assertThat(rejected.cause()).containsInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldKeepCodeWhenTranslatorRejects() {
    translator.script(
        batch -> {
          if (batch.contains("nan")) {
            throw new RejectedException(
                new Rejection(RejectionCode.NUMERIC_ERROR, Stage.TRANSLATE, "NaN", true));
          }
        });
    PendingRow bad = submit("one|nan|two");
    PendingRow good = submit("good");

    dispatcher.runPending();

    assertThat(code(bad)).isEqualTo(RejectionCode.NUMERIC_ERROR);
    assertThat(text(good)).isEqualTo("GOOD");
    assertThat(outbox.poll()).isPresent();
    assertThat(outbox.poll()).isPresent();
    assertThat(outbox.poll()).as("rejected once").isEmpty();
  }

  @Test
  void shouldNotBisectErrors() {
    translator.script(
        batch -> {
          throw new OutOfMemoryError("scripted");
        });
    PendingRow first = submit("a");
    submit("b");

    assertThatThrownBy(dispatcher::runPending).isInstanceOf(OutOfMemoryError.class);

    assertThat(translator.batches()).hasSize(1);
    assertThat(first.outcome()).as("stays pending").isEmpty();
  }

  @Test
  void shouldBlameTheTranslatorWhenItFailsOnWhatItCouldTranslate() {
    submit("known");
    dispatcher.runPending();
    translator.script(
        batch -> {
          throw new IllegalStateException("model gone");
        });
    PendingRow row = submit("innocent");

    assertThatThrownBy(dispatcher::runPending).isInstanceOf(IllegalStateException.class);

    assertThat(row.outcome()).isEmpty();
  }

  @Test
  void shouldExpireWhenDeadlinePassedBeforeTheModelBegan() {
    deadline = Optional.of(Instant.ofEpochMilli(clock.millis() - 1));

    PendingRow row = submit("late");
    dispatcher.runPending();

    assertThat(row.outcome()).containsInstanceOf(RowOutcome.Expired.class);
    assertThat(translator.batches()).isEmpty();
  }

  @Test
  void shouldExpireWhatWaitsForABatchBeyondItsDeadline() {
    List<PendingRow> first = IntStream.range(0, 4).mapToObj(i -> submit("x" + i)).toList();
    deadline = Optional.of(Instant.ofEpochMilli(clock.millis() + 1000));
    PendingRow late = submit("late");
    translator.script(batch -> clock.advance(Duration.ofSeconds(2)));

    dispatcher.runPending();

    assertThat(first)
        .allSatisfy(
            row -> assertThat(row.outcome()).containsInstanceOf(RowOutcome.Translated.class));
    assertThat(late.outcome()).containsInstanceOf(RowOutcome.Expired.class);
    assertThat(translator.batches()).containsExactly(List.of("x0", "x1", "x2", "x3"));
    assertThat(outbox.poll()).containsSame(first.get(0));
  }

  @Test
  void shouldTranslateInteractiveBeforeStandardBeforeBulk() {
    for (String kind : List.of("bulk", "standard", "interactive")) {
      IntStream.range(0, 3).forEach(i -> submit(kind + i));
    }

    dispatcher.runPending();

    assertThat(translator.batches())
        .containsExactly(
            List.of("interactive0", "interactive1", "interactive2", "standard0"),
            List.of("standard1", "standard2", "bulk0", "bulk1"),
            List.of("bulk2"));
  }

  @Test
  void shouldLendItsPriorityToEarlierRowsOfItsKeyForGood() {
    submit("bulk of the key", "a", outbox);
    submit("bulk of another key", "b", outbox);
    IntStream.range(0, 4).forEach(i -> submit("standard" + i));
    // the four nearest in length leave the first one of the key behind, with what it was lent
    IntStream.range(0, 3).forEach(i -> submit("interactive" + i));
    submit("interactive3", "a", outbox);

    dispatcher.runPending();

    List<List<String>> batches = translator.batches();
    assertThat(batches.get(0)).contains("bulk of the key");
    assertThat(batches.get(1)).doesNotContain("bulk of another key");
    assertThat(batches.get(2)).contains("bulk of another key");
  }

  @Test
  void shouldNotStarveBulk() {
    submit("bulk");
    clock.advance(Duration.ofSeconds(11));
    IntStream.range(0, 8).forEach(i -> submit("interactive" + i));

    dispatcher.runPending();

    assertThat(translator.batches().get(0)).contains("bulk");
  }

  @Test
  void shouldRiseByOneClassEachAgeingTimeHoweverOftenItIsLookedAt() {
    AtomicInteger seconds = new AtomicInteger();
    BooleanSupplier oneBatchASecond = () -> translator.batches().size() > seconds.get();
    Dispatcher slow =
        dispatcher(new DispatchLimits(100, 4000, Duration.ofSeconds(1)), oneBatchASecond);
    slow.submit(row("bulk", null, outbox));
    for (; seconds.get() < 12; seconds.incrementAndGet()) {
      IntStream.range(0, 4).forEach(i -> slow.submit(row("interactive" + i, null, outbox)));
      slow.runPending();
      clock.advance(Duration.ofSeconds(1));
    }

    assertThat(translator.batches().subList(0, 10))
        .allSatisfy(batch -> assertThat(batch).doesNotContain("bulk"));
    assertThat(translator.batches().get(10)).contains("bulk");
  }

  @Test
  void shouldPassTombstoneAndBypassAndRejectWithoutTheModel() {
    PendingRow tombstone = submit(null);
    PendingRow blank = submit("  ");
    PendingRow malformed = submit("malformed");

    dispatcher.runPending();

    assertThat(tombstone.outcome()).containsInstanceOf(RowOutcome.Tombstone.class);
    RowOutcome.Translated bypassed = (RowOutcome.Translated) blank.outcome().orElseThrow();
    assertThat(bypassed.translation().outcome()).isEqualTo(Outcome.BYPASSED);
    assertThat(bypassed.translation().text()).isEqualTo("  ");
    assertThat(code(malformed)).isEqualTo(RejectionCode.MALFORMED_RECORD);
    assertThat(translator.batches()).isEmpty();
  }

  @Test
  void shouldSpreadLongTextOverBatchesWithoutDelayingOthers() {
    String longText =
        IntStream.range(0, 40).mapToObj(i -> "s" + i).collect(Collectors.joining("|"));
    PendingRow longRow = submit(longText);
    List<PendingRow> others = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      others.add(submit("short" + i));
    }

    dispatcher.runPending();

    List<List<String>> batches = translator.batches();
    assertThat(batches.subList(0, 2)).allSatisfy(b -> assertThat(b).hasSize(4));
    assertThat(batches.get(0)).filteredOn(s -> s.startsWith("short")).hasSize(3);
    assertThat(batches.get(1)).filteredOn(s -> s.startsWith("short")).hasSize(3);
    assertThat(others).allSatisfy(row -> assertThat(row.outcome()).isPresent());
    assertThat(text(longRow)).isEqualTo(longText.toUpperCase(java.util.Locale.ROOT));
    assertThat(batches).hasSizeGreaterThan(10);
  }

  @Test
  void shouldTellTheBudgetSourceWhatABatchTook() {
    List<BatchWork> works = new ArrayList<>();
    List<Double> millis = new ArrayList<>();
    BudgetSource budgets =
        new BudgetSource() {
          @Override
          public ExpertBudget currentBudget(double minimumExpertShare) {
            return ExpertBudget.all();
          }

          @Override
          public void translated(ExpertBudget budget, BatchWork work, double took) {
            works.add(work);
            millis.add(took);
          }
        };
    Dispatcher told =
        new Dispatcher(
            new DispatchLimits(10, 4000, Duration.ofSeconds(1)),
            new BatchLimits(4, 1000, Duration.ofMillis(20)),
            1,
            this::decode,
            translator,
            budgets,
            clock,
            Meters.NOOP,
            fatal::add);
    translator.script(batch -> clock.advance(Duration.ofMillis(70)));
    for (String text : List.of("a b c", "a")) {
      byte[] value = text.getBytes(StandardCharsets.UTF_8);
      SourcePosition position = new SourcePosition("requests", 0, offset++);
      told.submit(
          new PendingRow(new RawRecord(position, clock.millis(), null, value, List.of()), outbox));
    }

    assertThat(told.runPending()).isEqualTo(1);

    assertThat(works).containsExactly(new BatchWork(2, 4, 6, 4));
    assertThat(millis).containsExactly(70.0);
  }

  @Test
  void shouldNotMixFloorsInABatch() {
    submit("plain");
    submit("floor");
    submit("plain2");

    dispatcher.runPending();

    assertThat(translator.batches()).containsExactly(List.of("plain", "plain2"), List.of("floor"));
  }

  @Test
  void shouldTryAgainWithoutHoldingUpOthersWhenTheRegistryIsAway() {
    registryAway.set(true);
    PendingRow waiting = submit("new schema");
    PendingRow other = submit("old schema");
    dispatcher.runPending();
    assertThat(waiting.outcome()).isEmpty();
    assertThat(text(other)).isEqualTo("OLD SCHEMA");

    registryAway.set(false);
    dispatcher.runPending();
    assertThat(waiting.outcome()).as("not before the delay").isEmpty();
    clock.advance(Duration.ofSeconds(1));
    dispatcher.runPending();

    assertThat(text(waiting)).isEqualTo("NEW SCHEMA");
  }

  @Test
  void shouldMeasureClocksThatAddUpWhenSegmentsOverlap() {
    translator.costs(3_000_000, 5_000_000);
    translator.script(batch -> clock.advance(Duration.ofMillis(10)));
    PendingRow row = submit("a|b");
    clock.advance(Duration.ofMillis(7));

    dispatcher.runPending();

    RowOutcome.Translated outcome = (RowOutcome.Translated) row.outcome().orElseThrow();
    clock.advance(Duration.ofMillis(2));
    assertThat(outcome.clocks().latency(clock.nanos()))
        .isEqualTo(new Latency(100, 7, 3, 5, 100 + 7 + 10 + 2));
  }

  @Test
  void shouldTranslateOnItsOwnThreadsWhenStarted() {
    try (Dispatcher running = dispatcher) {
      running.start();
      List<PendingRow> rows = IntStream.range(0, 50).mapToObj(i -> submit("row " + i)).toList();

      Awaitility.await()
          .atMost(Duration.ofSeconds(10))
          .untilAsserted(
              () -> assertThat(rows).allSatisfy(row -> assertThat(row.outcome()).isPresent()));
      assertThat(running.drain(Duration.ofSeconds(5))).isTrue();
      assertThat(fatal).isEmpty();
    }
  }

  @Test
  void shouldReportFatalErrorWhenStarted() {
    translator.script(
        batch -> {
          throw new OutOfMemoryError("scripted");
        });
    try (Dispatcher running = dispatcher) {
      running.start();
      submit("a");

      Awaitility.await()
          .atMost(Duration.ofSeconds(10))
          .untilAsserted(
              () -> assertThat(fatal).hasOnlyElementsOfType(OutOfMemoryError.class).hasSize(1));
    }
  }
}
