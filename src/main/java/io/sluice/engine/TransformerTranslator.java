package io.sluice.engine;

import io.sluice.checkpoint.ActivationRanges;
import io.sluice.checkpoint.ModelBundle;
import io.sluice.domain.Decoding;
import io.sluice.domain.ExpertBudget;
import io.sluice.domain.LanguagePair;
import io.sluice.domain.ModelIdentity;
import io.sluice.domain.Outcome;
import io.sluice.domain.PreparedText;
import io.sluice.domain.Quality;
import io.sluice.domain.RoutingMode;
import io.sluice.domain.Segment;
import io.sluice.domain.SegmentTranslation;
import io.sluice.domain.Translation;
import io.sluice.model.RouterChoice;
import io.sluice.model.Transformer;
import io.sluice.model.TransformerLoader;
import io.sluice.nn.StageClock;
import io.sluice.nn.Workspace;
import io.sluice.quality.ExpectedLoss;
import io.sluice.quality.QualityEstimator;
import io.sluice.tensor.MatrixBackend;
import io.sluice.text.TextPreparer;
import io.sluice.text.Tokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * Translates with a Transformer: tokenise, encode, search over the decoder, detokenise, annotate.
 * Thread-safe; each thread has its own scratch memory, weights are shared.
 */
public final class TransformerTranslator implements Translator {
  private final Transformer model;
  private final Tokenizer tokenizer;
  private final TextPreparer preparer;
  private final Annotator annotator;
  private final ExpectedLoss loss;
  private final ModelIdentity identity;
  private final Decoding decoding;
  private final ModelBudgets budgets;
  private final OutputWords words;
  private final FrequentWords frequent;
  private final SegmentPool pool;
  private final ThreadLocal<Workspace> workspaces = ThreadLocal.withInitial(Workspace::new);

  private TransformerTranslator(
      Transformer model,
      Tokenizer tokenizer,
      QualityEstimator estimator,
      ExpectedLoss loss,
      ModelIdentity identity,
      OutputWords words,
      TranslatorOptions options) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.preparer = new TextPreparer(tokenizer);
    this.annotator = new Annotator(tokenizer, estimator, loss);
    this.loss = loss;
    this.identity = identity;
    this.budgets = ModelBudgets.of(model);
    this.decoding =
        new Decoding(
            options.beamSize(), options.shortlist(), model.backend().precision(), options.device());
    this.words = words;
    this.frequent = new FrequentWords(model.decoder().projection());
    this.pool = new SegmentPool(model, budgets, words, frequent, annotator, options.beamSize());
  }

  /**
   * Loads a bundle.
   *
   * @param backend owned by the translator from now on, and closed if it cannot be loaded
   * @throws io.sluice.checkpoint.CheckpointException if the bundle is not complete
   */
  public static TransformerTranslator load(
      ModelBundle bundle, MatrixBackend backend, TranslatorOptions options) {
    return load(bundle, backend, options, RouterChoice.TRAINED);
  }

  /** The same with other routers, to compare them. */
  public static TransformerTranslator load(
      ModelBundle bundle, MatrixBackend backend, TranslatorOptions options, RouterChoice routers) {
    try {
      return open(bundle, backend, options, routers);
    } catch (RuntimeException | Error e) {
      backend.close();
      throw e;
    }
  }

  private static TransformerTranslator open(
      ModelBundle bundle, MatrixBackend backend, TranslatorOptions options, RouterChoice routers) {
    Transformer model = TransformerLoader.load(bundle, backend, routers);
    OutputWords words =
        options.shortlist()
            ? OutputWords.read(bundle, model.config().vocabulary(), 2 * options.beamSize())
            : OutputWords.ALL;
    boolean bytes = backend.precision().equals("int8");
    String digest =
        model.digest() + (bytes ? "+" + ActivationRanges.digest(bundle) : "") + words.digest();
    try (InputStream tokenizerJson = bundle.open("tokenizer.json")) {
      return new TransformerTranslator(
          model,
          Tokenizer.read(tokenizerJson),
          AnnotationFiles.qualityEstimator(bundle),
          AnnotationFiles.expectedLoss(bundle),
          new ModelIdentity(bundle.name(), bundle.version(), digest),
          words,
          options);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the model " + bundle, e);
    }
  }

  @Override
  public ModelIdentity model() {
    return identity;
  }

  /** Sizes and weights, for {@code model info}. */
  public Transformer transformer() {
    return model;
  }

  /** What budgets mean to this model. */
  public ModelBudgets budgets() {
    return budgets;
  }

  /** Longest output of a segment in tokens, the end of the sentence included. */
  public static int longestOutput(Segment segment) {
    return SegmentPool.longestOutput(segment);
  }

  /** The token that is forced at the start of a segment's output: the target language. */
  public int forcedToken(Segment segment) {
    return tokenizer.targetLanguageId(segment.languages().target());
  }

  /** Text of output ids, without annotations. */
  public String detokenise(int[] ids) {
    return tokenizer.decode(ids);
  }

  /** How it decodes. */
  public Decoding decoding() {
    return decoding;
  }

  /** Asks the same model about translations that are given. */
  public TeacherForcing teacherForcing() {
    return new TeacherForcing(model, tokenizer, budgets);
  }

  /** What annotates the texts. */
  public Annotator annotator() {
    return annotator;
  }

  /** What annotates texts by another estimator than the bundle's, for calibration. */
  public Annotator annotator(QualityEstimator estimator) {
    return new Annotator(tokenizer, estimator, loss);
  }

  /** Words that the translation of a segment may be written with, in the mean over segments. */
  public double meanWords(List<Segment> segments) {
    int[] languages = segments.stream().mapToInt(this::forcedToken).toArray();
    return words.meanWords(segments, languages, model.config().vocabulary());
  }

  @Override
  public Set<LanguagePair> languagePairs() {
    return tokenizer.languagePairs();
  }

  @Override
  public PreparedText prepare(String text, LanguagePair languages) {
    return preparer.prepare(text, languages);
  }

  /** Translates a sentence in each direction a few times, so that the first record is not slow. */
  public void warmUp(int rounds) {
    List<Segment> directions =
        languagePairs().stream()
            .flatMap(pair -> prepare("One two three, and on we go.", pair).segments().stream())
            .toList();
    for (int round = 0; round < rounds; round++) {
      translate(Collections.nCopies(8, directions.get(0)), ExpertBudget.all());
      for (Segment direction : directions) {
        translate(List.of(direction), ExpertBudget.all());
      }
    }
  }

  @Override
  public List<SegmentTranslation> translate(
      List<Segment> segments, ExpertBudget budget, int width, Listener listener) {
    return translate(segments, budget, width, listener, workspaces.get());
  }

  /** The same, with the time of the calling thread split into parts. */
  public List<SegmentTranslation> translate(
      List<Segment> segments, ExpertBudget budget, int width, StageClock clock) {
    Workspace workspace = workspaces.get();
    workspace.clock(clock);
    try {
      List<SegmentTranslation> results =
          translate(segments, budget, width, (index, translation) -> {}, workspace);
      clock.enter(StageClock.Stage.OVERHEAD); // ends the last part
      return results;
    } finally {
      workspace.clock(StageClock.OFF);
    }
  }

  private List<SegmentTranslation> translate(
      List<Segment> segments,
      ExpertBudget budget,
      int width,
      Listener listener,
      Workspace workspace) {
    int[] languages = segments.stream().mapToInt(this::forcedToken).toArray();
    if (budget.mode() != RoutingMode.BATCH) {
      return pool.translate(segments, languages, budget, width, listener, workspace);
    }
    List<SegmentTranslation> results = new ArrayList<>(); // one choice for the rows of a batch
    for (int from = 0; from < segments.size(); from += width) {
      int first = from;
      List<Segment> batch = segments.subList(from, Math.min(from + width, segments.size()));
      Listener shifted = (index, translation) -> listener.onTranslated(first + index, translation);
      int[] own = Arrays.copyOfRange(languages, from, from + batch.size());
      results.addAll(pool.translate(batch, own, budget, width, shifted, workspace));
    }
    return results;
  }

  @Override
  public Translation assemble(PreparedText prepared, List<SegmentTranslation> parts) {
    if (prepared.bypassed()) {
      return new Translation(
          prepared.original(),
          Outcome.BYPASSED,
          Quality.BYPASSED,
          budgets.routing(ExpertBudget.all(), decoding.beamSize()),
          decoding,
          identity,
          Set.of());
    }
    return annotator.whole(prepared, parts, decoding, identity);
  }

  @Override
  public ExpectedLoss expectedLoss() {
    return loss;
  }

  @Override
  public void close() {
    tokenizer.close();
    frequent.close();
    model.close();
  }
}
