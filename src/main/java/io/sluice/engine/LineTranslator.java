package io.sluice.engine;

import io.sluice.domain.ExpertBudget;
import io.sluice.domain.LanguagePair;
import io.sluice.domain.PreparedText;
import io.sluice.domain.RoutingMode;
import io.sluice.domain.Segment;
import io.sluice.domain.SegmentTranslation;
import io.sluice.domain.Translation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Translates many texts on several threads without Kafka: segments of a window of texts are dealt
 * out to the threads and rejoined in the order of the input. Call from one thread.
 */
public final class LineTranslator implements AutoCloseable {
  /**
   * Batches of a worker's hand: the more, the fuller are the steps, and the more rows that are
   * decoded side by side share their experts.
   */
  private static final int HAND_BATCHES = 32;

  /** Source tokens of a hand, about: their encoder states are all held. */
  private static final int HAND_TOKENS = 32_768;

  private final Translator translator;
  private final ExpertBudget budget;
  private final int batchSize;
  private final int threads;
  private final ExecutorService workers;

  /**
   * @param batchSize segments that are decoded side by side, at least 1
   * @param threads workers, at least 1
   */
  public LineTranslator(Translator translator, ExpertBudget budget, int batchSize, int threads) {
    this.translator = translator;
    this.budget = budget;
    this.batchSize = batchSize;
    this.threads = threads;
    this.workers =
        Executors.newFixedThreadPool(
            threads,
            body -> {
              Thread thread = new Thread(body, "translator");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Texts that make a good window: enough to keep the batches of every thread full. */
  public int windowSize() {
    return batchSize * threads * HAND_BATCHES;
  }

  /** One text's way through the model: prepared, translated segment by segment, assembled. */
  public static final class Line {
    private final PreparedText prepared;
    private final SegmentTranslation[] parts;

    Line(PreparedText prepared) {
      this.prepared = prepared;
      this.parts = new SegmentTranslation[prepared.segments().size()];
    }

    public PreparedText prepared() {
      return prepared;
    }

    public List<SegmentTranslation> parts() {
      return List.of(parts);
    }
  }

  private record Place(Line line, int index) {
    Segment segment() {
      return line.prepared.segments().get(index);
    }
  }

  /**
   * Translates texts.
   *
   * @return one translation for each text, in order
   */
  public List<Translation> translate(List<String> texts, LanguagePair languages) {
    return run(texts, languages).stream()
        .map(line -> translator.assemble(line.prepared, line.parts()))
        .toList();
  }

  /** The same, before annotation: what a calibration needs. */
  public List<Line> run(List<String> texts, LanguagePair languages) {
    List<Line> lines = new ArrayList<>();
    List<Place> places = new ArrayList<>();
    for (String text : texts) {
      Line line = new Line(translator.prepare(text, languages));
      lines.add(line);
      for (int i = 0; i < line.parts.length; i++) {
        places.add(new Place(line, i));
      }
    }
    places.sort(Comparator.comparingInt((Place place) -> place.segment().length()).reversed());
    List<Future<?>> running = new ArrayList<>();
    for (List<Place> hand : hands(places)) {
      running.add(workers.submit(() -> translateHand(hand)));
    }
    for (Future<?> future : running) {
      join(future);
    }
    return lines;
  }

  /**
   * Deals segments out to the workers: each hand is as long as the others and has short and long
   * ones, so that all are finished at about the same time. Batches that share a choice of experts
   * are of equal length instead.
   */
  private List<List<Place>> hands(List<Place> places) {
    List<List<Place>> hands = new ArrayList<>();
    if (budget.mode() == RoutingMode.BATCH) {
      for (int from = 0; from < places.size(); from += batchSize) {
        hands.add(places.subList(from, Math.min(from + batchSize, places.size())));
      }
      return hands;
    }
    long tokens = places.stream().mapToLong(place -> place.segment().length()).sum();
    int count = Math.min(places.size(), threads * rounds(places.size(), tokens));
    for (int hand = 0; hand < count; hand++) {
      List<Place> own = new ArrayList<>();
      for (int i = hand; i < places.size(); i += count) {
        own.add(places.get(i));
      }
      hands.add(own);
    }
    return hands;
  }

  /** How many hands each worker gets: none has too many rows, or many tokens more than wanted. */
  private int rounds(int rows, long tokens) {
    long byRows = ceiling(rows, (long) batchSize * HAND_BATCHES * threads);
    long byTokens = ceiling(tokens, (long) HAND_TOKENS * threads);
    return (int) Math.max(byRows, byTokens);
  }

  private static long ceiling(long dividend, long divisor) {
    return (dividend + divisor - 1) / divisor;
  }

  private void translateHand(List<Place> batch) {
    List<SegmentTranslation> results =
        translator.translate(batch.stream().map(Place::segment).toList(), budget, batchSize);
    for (int i = 0; i < batch.size(); i++) {
      batch.get(i).line.parts[batch.get(i).index] = results.get(i);
    }
  }

  private static void join(Future<?> future) {
    try {
      future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Waits for hands that are being translated: the translator may be closed next. */
  @Override
  public void close() {
    workers.shutdownNow();
    try {
      if (!workers.awaitTermination(1, TimeUnit.MINUTES)) {
        throw new IllegalStateException("a translation does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
