package io.sluice.quality;

import io.sluice.domain.TokenStatistics;
import java.util.List;

/**
 * What the estimator sees of one translation.
 *
 * @param statistics log-probabilities and margins of the output tokens
 * @param sourceTokens source tokens without special tokens
 * @param outputTokens output tokens without special tokens
 * @param bytePieces output tokens that are single bytes
 * @param coverage share of source tokens that were attended to, 0 to 1
 * @param guarded true if the length cap or the repetition guard ended the output
 * @param copiedShare share of output words that stand in the source, 0 to 1 ({@link CopiedWords})
 * @param source what the source looks like
 */
public record QualityFeatures(
    TokenStatistics statistics,
    int sourceTokens,
    int outputTokens,
    int bytePieces,
    double coverage,
    boolean guarded,
    double copiedShare,
    SourceSignals source) {

  /** Names of {@link #vector()}, in order. */
  public static final List<String> NAMES =
      List.of(
          "meanLogProbability",
          "minimumLogProbability",
          "logProbabilityStdDev",
          "topTwoMargin",
          "logLengthRatio",
          "byteShare",
          "coverage",
          "logSourceTokens",
          "guarded",
          "copiedShare",
          "meanPieceScore",
          "charactersPerPiece",
          "shortPieceShare",
          "languageFit",
          "languageMargin",
          "meanProbability",
          "minimumProbability");

  /** Output tokens over source tokens; 0 without source. */
  public double lengthRatio() {
    return sourceTokens == 0 ? 0 : (double) outputTokens / sourceTokens;
  }

  /** The same as if the languages had no profiles. */
  QualityFeatures withoutProfiles() {
    return new QualityFeatures(
        statistics,
        sourceTokens,
        outputTokens,
        bytePieces,
        coverage,
        guarded,
        copiedShare,
        new SourceSignals(
            source.meanPieceScore(), source.charactersPerPiece(), source.shortPieceShare(), 0, 0));
  }

  /** The features as numbers, in the order of {@link #NAMES}; always finite. */
  public double[] vector() {
    double[] vector = {
      statistics.mean(),
      statistics.minimumLogProbability(),
      statistics.standardDeviation(),
      statistics.meanTopTwoMargin(),
      Math.log((outputTokens + 1.0) / (sourceTokens + 1.0)),
      outputTokens == 0 ? 0 : (double) bytePieces / outputTokens,
      coverage,
      Math.log1p(sourceTokens),
      guarded ? 1 : 0,
      copiedShare,
      source.meanPieceScore(),
      source.charactersPerPiece(),
      source.shortPieceShare(),
      source.languageFit(),
      source.languageMargin(),
      Math.exp(statistics.mean()),
      Math.exp(statistics.minimumLogProbability())
    };
    for (int i = 0; i < vector.length; i++) {
      if (!Double.isFinite(vector[i])) {
        vector[i] = 0;
      }
    }
    return vector;
  }
}
