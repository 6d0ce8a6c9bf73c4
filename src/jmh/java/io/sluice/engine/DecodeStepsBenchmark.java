package io.sluice.engine;

import io.sluice.checkpoint.ActivationRanges;
import io.sluice.checkpoint.ModelBundle;
import io.sluice.domain.BudgetCause;
import io.sluice.domain.LanguagePair;
import io.sluice.domain.RoutingMode;
import io.sluice.domain.Segment;
import io.sluice.model.ActivationListener;
import io.sluice.model.Decoder;
import io.sluice.model.DecoderState;
import io.sluice.model.EncoderOutput;
import io.sluice.model.LayerBudgets;
import io.sluice.model.Transformer;
import io.sluice.nn.Workspace;
import io.sluice.search.StepScorer;
import io.sluice.shortlist.RowWords;
import io.sluice.tensor.KernelChoice;
import io.sluice.tensor.Kernels;
import io.sluice.tensor.MatrixBackend;
import io.sluice.tensor.dnnl.DnnlBackend;
import java.util.Arrays;
import java.util.Collections;
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
 * The same sentence in each row, begun and decoded for so many steps, with the list of likely
 * words. With {@code -prof gc}: bytes that this leaves. A state has room for 32 tokens from its
 * beginning, so what 32 steps leave more than 8 is what steps leave.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class DecodeStepsBenchmark {
  private static final int BEST = 2;

  /** Of each invocation. */
  @Param({"8", "32"})
  public int steps;

  /** Decoded side by side. */
  @Param({"1", "32"})
  public int rows;

  /** Experts of each decoder layer; the bundled model has 32. */
  @Param({"32", "16"})
  public int experts;

  /** How they are chosen. */
  @Param({"TOKEN", "SENTENCE", "STATIC"})
  public RoutingMode mode;

  /** Of the products: float32 or int8. */
  @Param({"float32", "int8"})
  public String precision;

  private final Workspace workspace = new Workspace();
  private TransformerTranslator translator;
  private Decoder decoder;
  private EncoderOutput encoded;
  private LayerBudgets budgets;
  private int[] plans;
  private List<RowWords> words;
  private FrequentWords frequent;
  private int forced;
  private int[] parents;
  private int[] feed;
  private int[] ids;
  private float[] scores;

  /** Loads the model and encodes the sentence. */
  @Setup(Level.Trial)
  public void open() {
    ModelBundle bundle = ModelBundle.bundled();
    Kernels kernels = KernelChoice.of(KernelChoice.Request.VECTOR);
    MatrixBackend backend =
        precision.equals("int8")
            ? DnnlBackend.int8(ActivationRanges.read(bundle), kernels)
            : DnnlBackend.float32(kernels);
    translator = TransformerTranslator.load(bundle, backend, TranslatorOptions.greedy("jmh"));
    Transformer model = translator.transformer();
    decoder = model.decoder();
    Segment sentence =
        translator
            .prepare("Two dogs are playing in the snow near a lake.", new LanguagePair("en", "de"))
            .segments()
            .get(0);
    List<Segment> segments = Collections.nCopies(rows, sentence);
    encoded =
        model
            .encoder()
            .encode(
                segments.stream().map(Segment::sourceIds).toList(),
                LayerBudgets.ALL,
                workspace,
                ActivationListener.NONE);
    ModelBudgets all = translator.budgets();
    budgets = all.decoder(all.uniform(experts, all.encoderExperts(), mode, BudgetCause.MANUAL));
    forced = translator.forcedToken(sentence);
    int[] languages = new int[rows];
    Arrays.fill(languages, forced);
    plans = decoder.plans(encoded, budgets, languages, workspace);
    words = OutputWords.read(bundle, model.config().vocabulary(), BEST).of(segments, languages);
    frequent = new FrequentWords(decoder.projection());
    parents = new int[rows];
    feed = new int[rows];
    ids = new int[rows * BEST];
    scores = new float[rows * BEST];
  }

  /** Frees it. */
  @TearDown(Level.Trial)
  public void close() {
    frequent.close();
    translator.close();
  }

  /** Begins all rows and takes the likeliest words, beyond the end of the sentence too. */
  @Benchmark
  public int[] decode() {
    DecoderState state = decoder.open(encoded, budgets, plans);
    DecoderScorer scorer =
        new DecoderScorer(
            decoder,
            state,
            new WordRanking(
                decoder.projection(), decoder.kernels(), words, frequent, state::source, workspace),
            workspace);
    Arrays.setAll(parents, StepScorer::beginning);
    Arrays.fill(feed, translator.transformer().config().startToken());
    for (int step = 0; step < steps; step++) {
      scorer.step(parents, feed, rows, step == 0 ? 0 : rows, BEST, ids, scores);
      for (int row = 0; row < rows; row++) {
        parents[row] = row;
        feed[row] = step == 0 ? forced : ids[row * BEST];
      }
    }
    return ids;
  }
}
