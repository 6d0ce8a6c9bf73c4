package io.sluice.engine;

import io.sluice.domain.Decoding;
import io.sluice.domain.Flag;
import io.sluice.domain.LanguagePair;
import io.sluice.domain.ModelIdentity;
import io.sluice.domain.Outcome;
import io.sluice.domain.PreparedText;
import io.sluice.domain.Quality;
import io.sluice.domain.Routing;
import io.sluice.domain.Segment;
import io.sluice.domain.SegmentTranslation;
import io.sluice.domain.TokenStatistics;
import io.sluice.domain.Translation;
import io.sluice.quality.CopiedWords;
import io.sluice.quality.ExpectedLoss;
import io.sluice.quality.QualityEstimator;
import io.sluice.quality.QualityFeatures;
import io.sluice.quality.SourceSignals;
import io.sluice.search.Hypothesis;
import io.sluice.search.Hypothesis.Ending;
import io.sluice.text.Placeholders;
import io.sluice.text.SourceTraits;
import io.sluice.text.Tokenizer;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Turns hypotheses into annotated text. Immutable and thread-safe. */
public final class Annotator {
  /** A source token counts as covered from this share of one step's cross-attention on. */
  static final float COVERED = 0.2f;

  private final Tokenizer tokenizer;
  private final QualityEstimator estimator;
  private final ExpectedLoss loss;

  Annotator(Tokenizer tokenizer, QualityEstimator estimator, ExpectedLoss loss) {
    this.tokenizer = tokenizer;
    this.estimator = estimator;
    this.loss = loss;
  }

  SegmentTranslation segment(
      Segment segment,
      Hypothesis hypothesis,
      double coverage,
      double droppedMass,
      Routing routing,
      long encodeNanos,
      long decodeNanos) {
    TokenStatistics statistics = TokenStatistics.NONE;
    for (int i = 0; i < hypothesis.logProbabilities().length; i++) {
      statistics = statistics.plusToken(hypothesis.logProbabilities()[i], hypothesis.margins()[i]);
    }
    int bytes = (int) IntStream.of(hypothesis.tokens()).filter(tokenizer::isBytePiece).count();
    return new SegmentTranslation(
        tokenizer.decode(hypothesis.tokens()),
        segment.length() - 2,
        hypothesis.tokens().length,
        bytes,
        statistics,
        coverage,
        droppedMass,
        flags(hypothesis.ending()),
        routing,
        encodeNanos,
        decodeNanos);
  }

  private static Set<Flag> flags(Ending ending) {
    return switch (ending) {
      case END_OF_SENTENCE -> Set.of();
      case LENGTH_CAP -> Set.of(Flag.TRUNCATED);
      case REPETITION -> Set.of(Flag.REPETITION);
    };
  }

  Translation whole(
      PreparedText prepared,
      List<SegmentTranslation> parts,
      Decoding decoding,
      ModelIdentity model) {
    String text = prepared.join(parts.stream().map(SegmentTranslation::text).toList());
    Set<Flag> flags = EnumSet.noneOf(Flag.class);
    parts.forEach(part -> flags.addAll(part.flags()));
    if (parts.size() > 1) {
      flags.add(Flag.SEGMENTED);
    }
    if (!Placeholders.missingIn(prepared.original(), text).isEmpty()) {
      flags.add(Flag.PLACEHOLDER_MISMATCH);
    }
    LanguagePair pair = prepared.segments().get(0).languages();
    QualityFeatures features = features(prepared, parts, text);
    TokenStatistics statistics = features.statistics();
    Quality quality =
        new Quality(
            estimator.score(pair, features),
            statistics.mean(),
            statistics.minimumLogProbability(),
            statistics.standardDeviation(),
            statistics.meanTopTwoMargin(),
            features.lengthRatio(),
            expectedLoss(parts),
            estimator.method());
    Routing routing = lowest(parts);
    return new Translation(
        text,
        Outcome.TRANSLATED,
        quality,
        routing,
        decoding.withBeam(routing.beam()),
        model,
        flags);
  }

  /** Of segments that ran with different budgets the one that says least good of the text. */
  private static Routing lowest(List<SegmentTranslation> parts) {
    return parts.stream()
        .map(SegmentTranslation::routing)
        .min(Comparator.comparingInt(Routing::beam).thenComparingDouble(Routing::expertShare))
        .orElseThrow();
  }

  /** Of segments together: each counts by its length; they may have run with different budgets. */
  private double expectedLoss(List<SegmentTranslation> parts) {
    double sum = 0;
    int tokens = 0;
    for (SegmentTranslation part : parts) {
      int length = Math.max(1, part.sourceTokens());
      sum += length * loss.expected(part.routing(), length, part.droppedMass());
      tokens += length;
    }
    return sum / tokens;
  }

  /** Name and version of the quality estimator. */
  public String method() {
    return estimator.method();
  }

  /**
   * What the quality estimator sees of a translated text.
   *
   * @param prepared not bypassed
   * @param text the joined translation
   */
  public QualityFeatures features(
      PreparedText prepared, List<SegmentTranslation> parts, String text) {
    LanguagePair pair = prepared.segments().get(0).languages();
    TokenStatistics statistics = TokenStatistics.NONE;
    int sourceTokens = 0;
    int outputTokens = 0;
    int bytes = 0;
    double covered = 0;
    boolean guarded = false;
    for (SegmentTranslation part : parts) {
      statistics = statistics.plus(part.statistics());
      sourceTokens += part.sourceTokens();
      outputTokens += part.outputTokens();
      bytes += part.bytePieces();
      covered += part.coverage() * part.sourceTokens();
      guarded |= !part.flags().isEmpty();
    }
    int[] ids =
        prepared.segments().stream().flatMapToInt(s -> IntStream.of(s.sourceIds())).toArray();
    SourceTraits traits = tokenizer.traits(ids);
    return new QualityFeatures(
        statistics,
        sourceTokens,
        outputTokens,
        bytes,
        sourceTokens == 0 ? 1 : covered / sourceTokens,
        guarded,
        CopiedWords.share(prepared.original(), text),
        new SourceSignals(
            traits.meanPieceScore(),
            traits.charactersPerPiece(),
            traits.shortPieceShare(),
            estimator.languageFit(prepared.original(), pair),
            estimator.languageMargin(prepared.original(), pair)));
  }
}
