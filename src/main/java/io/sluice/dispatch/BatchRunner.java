package io.sluice.dispatch;

import io.sluice.control.BatchWork;
import io.sluice.control.BudgetSource;
import io.sluice.domain.ExpertBudget;
import io.sluice.domain.RejectedException;
import io.sluice.domain.Segment;
import io.sluice.domain.SegmentTranslation;
import io.sluice.domain.Stage;
import io.sluice.engine.Translator;
import io.sluice.metrics.ExpertGauges;
import io.sluice.metrics.Meters;
import io.sluice.metrics.SluiceMeter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Translates one batch and finishes the rows that are complete with it. A batch that throws is
 * halved until the guilty segment is alone. Thread-safe.
 */
final class BatchRunner {
  private static final double SMOOTHING = 0.2;

  /** Batches below this size say little about speed. */
  private static final int TELLING_TOKENS = 128;

  private final Translator translator;
  private final int width;
  private final BudgetSource budgets;
  private final DispatchClock clock;
  private final Meters meters;
  private final LoadCounter counter;
  private final ExpertGauges experts;
  private volatile double paddedTokensPerSecond;
  private volatile Segment canary;

  /**
   * @param width rows that are decoded side by side
   */
  BatchRunner(
      Translator translator,
      int width,
      BudgetSource budgets,
      DispatchClock clock,
      Meters meters,
      LoadCounter counter) {
    this.translator = translator;
    this.width = width;
    this.budgets = budgets;
    this.clock = clock;
    this.meters = meters;
    this.counter = counter;
    this.experts = new ExpertGauges(meters);
  }

  /** Smoothed speed of one worker in padded source tokens; 0: not known yet. */
  double paddedTokensPerSecond() {
    return paddedTokensPerSecond;
  }

  /**
   * Translates.
   *
   * @throws IllegalStateException if the translator fails on what it could translate before
   */
  void run(List<Piece> batch) {
    List<Piece> pieces = alive(batch);
    if (pieces.isEmpty()) {
      return;
    }
    ExpertBudget budget = budgets.currentBudget(pieces.get(0).text().minimumExpertShare());
    Map<Piece, Throwable> failures = new LinkedHashMap<>();
    int translated = translate(pieces, budget, failures);
    if (translated == 0
        && failures.values().stream().anyMatch(f -> !(f instanceof RejectedException))) {
      checkCanary(budget);
    }
    failures.forEach(
        (piece, failure) -> {
          if (piece.text().abort()) {
            piece.text().row().finish(Failures.rejected(failure, Stage.TRANSLATE));
          }
        });
  }

  private static List<Piece> alive(List<Piece> batch) {
    List<Piece> alive = new ArrayList<>();
    for (Piece piece : batch) {
      if (!piece.text().row().abandoned() && !piece.text().isDone()) {
        alive.add(piece);
      }
    }
    return alive;
  }

  private int translate(List<Piece> pieces, ExpertBudget budget, Map<Piece, Throwable> failures) {
    long start = clock.nanos();
    List<SegmentTranslation> parts;
    try {
      pieces.forEach(piece -> piece.text().begin(start));
      parts =
          translator.translate(
              pieces.stream().map(Piece::segment).toList(),
              budget,
              width,
              (index, part) -> accept(pieces.get(index), part, start));
      if (parts.size() != pieces.size()) {
        throw new IllegalStateException(
            "%d translations for %d segments".formatted(parts.size(), pieces.size()));
      }
    } catch (RuntimeException | StackOverflowError failure) {
      if (pieces.size() == 1) {
        failures.put(pieces.get(0), failure);
        return 0;
      }
      int half = pieces.size() / 2;
      return translate(pieces.subList(0, half), budget, failures)
          + translate(pieces.subList(half, pieces.size()), budget, failures);
    }
    long end = clock.nanos();
    measure(pieces, parts, budget, end - start);
    canary = pieces.get(0).segment();
    return pieces.size();
  }

  /** A row goes out as soon as it is complete; what a failed batch had finished stays finished. */
  private void accept(Piece piece, SegmentTranslation part, long start) {
    piece
        .text()
        .accept(piece.index(), part, start, clock.nanos())
        .ifPresent(all -> finish(piece.text(), all));
  }

  private void finish(Text text, List<SegmentTranslation> parts) {
    RowOutcome outcome;
    try {
      outcome =
          new RowOutcome.Translated(
              text.request(), translator.assemble(text.prepared(), parts), text.clocks());
    } catch (RuntimeException | StackOverflowError failure) {
      outcome = Failures.rejected(failure, Stage.TRANSLATE);
    }
    text.row().finish(outcome);
  }

  private void checkCanary(ExpertBudget budget) {
    Optional<Segment> known = Optional.ofNullable(canary);
    if (known.isEmpty()) {
      return;
    }
    try {
      translator.translate(List.of(known.get()), budget);
    } catch (RuntimeException failure) {
      throw new IllegalStateException(
          "the translator fails on a segment that it has translated before", failure);
    }
  }

  private void measure(
      List<Piece> pieces, List<SegmentTranslation> parts, ExpertBudget budget, long nanos) {
    int longest = pieces.stream().mapToInt(piece -> piece.segment().length()).max().orElse(0);
    double seconds = Math.max(1, nanos) / 1e9;
    int padded = longest * pieces.size();
    if (padded >= TELLING_TOKENS || seconds > 1) {
      double speed = padded / seconds;
      double before = paddedTokensPerSecond;
      paddedTokensPerSecond = before == 0 ? speed : before + SMOOTHING * (speed - before);
    }
    experts.ran(parts.get(0).routing());
    meters.add(SluiceMeter.BATCHES, 1);
    meters.record(SluiceMeter.BATCH_SIZE, pieces.size());
    long tokens = pieces.stream().mapToLong(piece -> piece.segment().length()).sum();
    counter.translated(tokens);
    budgets.translated(budget, work(tokens, parts), Math.max(1, nanos) / 1e6);
    meters.add(
        SluiceMeter.TOKENS,
        parts.stream().mapToLong(SegmentTranslation::sourceTokens).sum(),
        "source");
    meters.add(
        SluiceMeter.TOKENS,
        parts.stream().mapToLong(SegmentTranslation::outputTokens).sum(),
        "target");
  }

  /** Special tokens count, as in the table of times. */
  private BatchWork work(long sourceTokens, List<SegmentTranslation> parts) {
    long target = 0;
    int longest = 0;
    for (SegmentTranslation part : parts) {
      target += part.outputTokens() + 1;
      longest = Math.max(longest, part.outputTokens() + 1);
    }
    return new BatchWork(
        parts.size(), sourceTokens, target, BatchWork.steps(longest, target, width));
  }
}
