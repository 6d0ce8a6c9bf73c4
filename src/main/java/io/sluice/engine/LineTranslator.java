package io.sluice.engine;

import io.sluice.domain.ExpertBudget;
import io.sluice.domain.LanguagePair;
import io.sluice.domain.PreparedText;
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

/**
 * Translates many texts on several threads without Kafka: segments of a window of texts are sorted
 * by length, cut into batches and rejoined in the order of the input. Call from one thread.
 */
public final class LineTranslator implements AutoCloseable {
  private final Translator translator;
  private final ExpertBudget budget;
  private final int batchSize;
  private final int threads;
  private final ExecutorService workers;

  /**
   * @param batchSize largest number of segments in a batch, at least 1
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

  /** Texts that make a good window: enough for batches of equal length on every thread. */
  public int windowSize() {
    return batchSize * threads * 16;
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
    for (int from = 0; from < places.size(); from += batchSize) {
      List<Place> batch = places.subList(from, Math.min(from + batchSize, places.size()));
      running.add(workers.submit(() -> translateBatch(batch)));
    }
    for (Future<?> future : running) {
      join(future);
    }
    return lines;
  }

  private void translateBatch(List<Place> batch) {
    List<SegmentTranslation> results =
        translator.translate(batch.stream().map(Place::segment).toList(), budget);
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

  @Override
  public void close() {
    workers.shutdownNow();
  }
}
