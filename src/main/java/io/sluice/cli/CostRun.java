package io.sluice.cli;

import io.sluice.cost.BatchRounds;
import io.sluice.cost.BatchTime;
import io.sluice.cost.StageTimes;
import io.sluice.domain.ExpertBudget;
import io.sluice.domain.Routing;
import io.sluice.domain.Segment;
import io.sluice.domain.SegmentTranslation;
import io.sluice.engine.TransformerTranslator;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Times batches of one text with several settings, which take turns. Call from one thread. */
final class CostRun {
  private final TransformerTranslator translator;
  private final List<Segment> segments;
  private final int window;
  private final int threads;
  private final ProgressBar progress;

  /**
   * A run.
   *
   * @param segments what is translated; sorted by length, as the engine does it
   * @param window segments that are handed over at once, as a multiple of the batch size
   */
  CostRun(
      TransformerTranslator translator,
      List<Segment> segments,
      int window,
      int threads,
      ProgressBar progress) {
    this.translator = translator;
    this.segments =
        segments.stream().sorted(Comparator.comparingInt(Segment::length).reversed()).toList();
    this.window = window;
    this.threads = threads;
    this.progress = progress;
  }

  private record Timed(StageTimes times, BatchTime batch, Routing routing) {}

  /**
   * Measures every setting with every batch size.
   *
   * @param repeat how often, after once to warm up
   */
  List<BatchRounds> measure(List<Integer> batches, List<ExpertBudget> budgets, int repeat) {
    List<BatchRounds> all = new ArrayList<>();
    for (int batch : batches) {
      for (ExpertBudget budget : budgets) {
        all.add(new BatchRounds(batch, budget));
      }
    }
    ExecutorService workers = Executors.newFixedThreadPool(threads);
    try {
      for (int round = -1; round < repeat; round++) {
        for (int i = 0; i < all.size(); i++) {
          BatchRounds.Round measured = pass(workers, all.get(i).batch(), all.get(i).budget());
          if (round >= 0) {
            all.get(i).add(measured);
          }
          progress.show((round + 1) * all.size() + i + 1, (repeat + 1) * all.size());
        }
      }
    } finally {
      workers.shutdownNow();
    }
    return all;
  }

  private BatchRounds.Round pass(ExecutorService workers, int size, ExpertBudget budget) {
    long started = System.nanoTime();
    List<Future<Timed>> running = new ArrayList<>();
    for (int from = 0; from < segments.size(); from += size * window) {
      List<Segment> some = segments.subList(from, Math.min(segments.size(), from + size * window));
      running.add(workers.submit(() -> translate(some, budget, size)));
    }
    StageTimes times = new StageTimes();
    List<BatchTime> batches = new ArrayList<>();
    Routing routing = null;
    for (Future<Timed> future : running) {
      Timed timed = join(future);
      times.add(timed.times);
      batches.add(timed.batch);
      routing = timed.routing;
    }
    double seconds = (System.nanoTime() - started) / 1e9;
    return new BatchRounds.Round(times, List.copyOf(batches), seconds, routing);
  }

  private Timed translate(List<Segment> some, ExpertBudget budget, int width) {
    StageTimes times = new StageTimes();
    List<SegmentTranslation> results = translator.translate(some, budget, width, times);
    times.pause();
    return new Timed(times, BatchTime.of(results, times), results.get(0).routing());
  }

  private static Timed join(Future<Timed> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ExitException("interrupted", e);
    }
  }
}
