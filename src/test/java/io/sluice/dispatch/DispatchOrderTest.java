package io.sluice.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.batching.BatchLimits;
import io.sluice.control.BudgetSource;
import io.sluice.domain.ExpertBudget;
import io.sluice.domain.LanguagePair;
import io.sluice.domain.Priority;
import io.sluice.domain.RawRecord;
import io.sluice.domain.Request;
import io.sluice.domain.SourcePosition;
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
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Any mixture of keys, priorities, floors and deadlines. */
class DispatchOrderTest {
  /**
   * A request.
   *
   * @param key null: none
   * @param late true: its deadline passes while it waits
   */
  record Asked(String key, Priority priority, double floor, boolean late) {}

  @Provide
  Arbitrary<List<Asked>> mixtures() {
    return Combinators.combine(
            Arbitraries.of("a", "b", "c").injectNull(0.3),
            Arbitraries.of(Priority.class),
            Arbitraries.of(0.0, 0.5, 1.0),
            Arbitraries.of(true, false, false, false))
        .as(Asked::new)
        .list()
        .ofMaxSize(40);
  }

  @Provide
  Arbitrary<List<Asked>> plainMixtures() {
    return mixtures()
        .map(
            all -> all.stream().map(each -> new Asked(each.key, each.priority, 0, false)).toList());
  }

  private final ManualClock clock = new ManualClock();

  private static Request request(int number, Asked asked, Instant deadline) {
    return new Request(
        "id",
        "row" + number,
        new LanguagePair("en", "de"),
        Optional.empty(),
        asked.priority,
        asked.floor == 0 ? OptionalDouble.empty() : OptionalDouble.of(asked.floor),
        asked.late ? Optional.of(deadline) : Optional.empty(),
        Map.of());
  }

  /** Hands all in; then a first batch runs, during which deadlines pass. */
  private List<PendingRow> run(
      List<Asked> all, ScriptedTranslator translator, List<Double> shares) {
    Instant deadline = Instant.ofEpochMilli(clock.millis() + 500);
    List<Request> requests = new ArrayList<>();
    all.forEach(asked -> requests.add(request(requests.size(), asked, deadline)));
    BudgetSource budgets =
        share -> {
          shares.add(share);
          return ExpertBudget.all();
        };
    TaskOutbox outbox = new TaskOutbox();
    List<PendingRow> rows = new ArrayList<>();
    try (Dispatcher dispatcher =
        new Dispatcher(
            new DispatchLimits(100, 1 << 20, Duration.ofSeconds(1)),
            new BatchLimits(4, 1000, Duration.ofMillis(20)),
            1,
            raw -> requests.get((int) raw.position().offset()),
            translator,
            budgets,
            clock,
            Meters.NOOP,
            failure -> {})) {
      for (Asked asked : all) {
        byte[] key = asked.key == null ? null : asked.key.getBytes(StandardCharsets.UTF_8);
        SourcePosition position = new SourcePosition("requests", 0, rows.size());
        RawRecord raw = new RawRecord(position, clock.millis(), key, new byte[1], List.of());
        rows.add(new PendingRow(raw, outbox));
        dispatcher.submit(rows.get(rows.size() - 1));
      }
      var unused = dispatcher.runPending();
    }
    return rows;
  }

  private static int number(String text) {
    return Integer.parseInt(text.substring("row".length()));
  }

  @Property(tries = 300)
  void shouldGiveEachRowOneOutcomeAndKeepFloorsApart(@ForAll("mixtures") List<Asked> all) {
    ScriptedTranslator translator = new ScriptedTranslator();
    translator.script(batch -> clock.advance(Duration.ofSeconds(1)));
    List<Double> shares = new ArrayList<>();

    List<PendingRow> rows = run(all, translator, shares);

    List<Integer> translated = new ArrayList<>();
    List<List<String>> batches = translator.batches();
    for (int i = 0; i < batches.size(); i++) {
      for (String text : batches.get(i)) {
        translated.add(number(text));
        assertThat(all.get(number(text)).floor).isEqualTo(shares.get(i));
        assertThat(i > 0 && all.get(number(text)).late).as("translated too late").isFalse();
      }
    }
    assertThat(translated).doesNotHaveDuplicates();
    for (int i = 0; i < rows.size(); i++) {
      RowOutcome outcome = rows.get(i).outcome().orElseThrow();
      assertThat(outcome)
          .isInstanceOf(
              translated.contains(i) ? RowOutcome.Translated.class : RowOutcome.Expired.class);
      assertThat(outcome instanceof RowOutcome.Expired && !all.get(i).late).isFalse();
    }
  }

  @Property(tries = 300)
  void shouldServeTheMoreUrgentClassFirstWithWhatItWaitsFor(
      @ForAll("plainMixtures") List<Asked> all) {
    ScriptedTranslator translator = new ScriptedTranslator();

    var unused = run(all, translator, new ArrayList<>());

    int worst = 0;
    for (List<String> batch : translator.batches()) {
      int best = batch.stream().mapToInt(text -> rank(all, text)).min().orElseThrow();
      assertThat(best).isGreaterThanOrEqualTo(worst);
      worst = batch.stream().mapToInt(text -> rank(all, text)).max().orElseThrow();
    }
  }

  /** The best priority of its row and of those that come after it under its key. */
  private static int rank(List<Asked> all, String text) {
    int number = number(text);
    int rank = all.get(number).priority.ordinal();
    for (int i = number + 1; i < all.size(); i++) {
      if (all.get(number).key != null && all.get(number).key.equals(all.get(i).key)) {
        rank = Math.min(rank, all.get(i).priority.ordinal());
      }
    }
    return rank;
  }
}
