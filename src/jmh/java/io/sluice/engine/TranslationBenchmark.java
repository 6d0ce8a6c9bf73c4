package io.sluice.engine;

import io.sluice.checkpoint.ModelBundle;
import io.sluice.domain.BudgetCause;
import io.sluice.domain.ExpertBudget;
import io.sluice.domain.LanguagePair;
import io.sluice.domain.PreparedText;
import io.sluice.domain.RoutingMode;
import io.sluice.domain.Segment;
import io.sluice.domain.SegmentTranslation;
import io.sluice.tensor.Nd4jBackend;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One batch of whole sentences through the bundled model, from tokens to annotated text; batch
 * after batch of the sentences that ship with Sluice. With {@code -prof gc}: bytes that a batch
 * leaves.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 3)
@Measurement(iterations = 5, time = 3)
@Fork(1)
public class TranslationBenchmark {

  /** Rows of a batch. */
  @Param({"1", "32"})
  public int batch;

  /** Experts of each decoder layer; the bundled model has 32. */
  @Param({"32", "16", "8"})
  public int experts;

  /** How they are chosen. */
  @Param({"TOKEN", "SENTENCE", "STATIC"})
  public RoutingMode mode;

  private final List<List<Segment>> batches = new ArrayList<>();
  private TransformerTranslator translator;
  private ExpertBudget budget;
  private int next;

  /** Loads the model and prepares the sentences. */
  @Setup(Level.Trial)
  public void open() throws IOException {
    translator =
        TransformerTranslator.load(
            ModelBundle.bundled(), new Nd4jBackend(), TranslatorOptions.greedy("jmh"));
    budget =
        translator
            .budgets()
            .uniform(experts, translator.budgets().encoderExperts(), mode, BudgetCause.MANUAL);
    List<Segment> segments = new ArrayList<>();
    for (PreparedText text : texts()) {
      segments.addAll(text.segments());
    }
    for (int from = 0; from + batch <= segments.size(); from += batch) {
      batches.add(segments.subList(from, from + batch));
    }
  }

  private List<PreparedText> texts() throws IOException {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                TranslationBenchmark.class.getResourceAsStream("/demo/sentences.en.txt"),
                StandardCharsets.UTF_8))) {
      LanguagePair languages = new LanguagePair("en", "de");
      return lines
          .lines()
          .filter(line -> !line.isBlank())
          .map(line -> translator.prepare(line, languages))
          .toList();
    }
  }

  /** Frees it. */
  @TearDown(Level.Trial)
  public void close() {
    translator.close();
  }

  /** One batch. */
  @Benchmark
  public List<SegmentTranslation> translate() {
    next = (next + 1) % batches.size();
    return translator.translate(batches.get(next), budget);
  }
}
