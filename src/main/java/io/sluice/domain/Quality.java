package io.sluice.domain;

/**
 * What is believed about the quality of a translation.
 *
 * @param score expected chrF against the best reference, 0 to 1, calibrated per direction
 * @param meanTokenLogProbability natural log, at most 0
 * @param minimumTokenLogProbability natural log, at most 0
 * @param tokenLogProbabilityStdDev at least 0
 * @param topTwoMargin mean difference between best and second-best token, natural log, at least 0
 * @param lengthRatio output tokens over source tokens
 * @param expectedLoss expected chrF distance to the full-quality text, 0 to 1
 * @param method name and version of the estimator
 */
public record Quality(
    double score,
    double meanTokenLogProbability,
    double minimumTokenLogProbability,
    double tokenLogProbabilityStdDev,
    double topTwoMargin,
    double lengthRatio,
    double expectedLoss,
    String method) {

  /** The annotation of a text that was passed through. */
  public static final Quality BYPASSED = new Quality(1, 0, 0, 0, 0, 0, 0, "bypass");

  /** The annotation of a text that was not translated at all. */
  public static final Quality NONE = new Quality(0, 0, 0, 0, 0, 0, 0, "none");
}
