package io.sluice.domain;

/**
 * Sums over the output tokens of a hypothesis, end of sentence included; sums of several segments
 * add up.
 *
 * @param tokens number of output tokens, at least 0
 * @param sumLogProbability sum of natural-log probabilities
 * @param sumSquaredLogProbability sum of their squares
 * @param minimumLogProbability the smallest of them; 0 without tokens
 * @param sumTopTwoMargin sum of the differences between the best and the second-best token's
 *     log-probability
 */
public record TokenStatistics(
    int tokens,
    double sumLogProbability,
    double sumSquaredLogProbability,
    double minimumLogProbability,
    double sumTopTwoMargin) {

  public static final TokenStatistics NONE = new TokenStatistics(0, 0, 0, 0, 0);

  /** The statistics with one more token. */
  public TokenStatistics plusToken(double logProbability, double topTwoMargin) {
    return new TokenStatistics(
        tokens + 1,
        sumLogProbability + logProbability,
        sumSquaredLogProbability + logProbability * logProbability,
        Math.min(minimumLogProbability, logProbability),
        sumTopTwoMargin + topTwoMargin);
  }

  /** The statistics of both together. */
  public TokenStatistics plus(TokenStatistics other) {
    return new TokenStatistics(
        tokens + other.tokens,
        sumLogProbability + other.sumLogProbability,
        sumSquaredLogProbability + other.sumSquaredLogProbability,
        Math.min(minimumLogProbability, other.minimumLogProbability),
        sumTopTwoMargin + other.sumTopTwoMargin);
  }

  /** Mean log-probability of a token; 0 without tokens. */
  public double mean() {
    return tokens == 0 ? 0 : sumLogProbability / tokens;
  }

  /** Standard deviation of the log-probabilities (population); 0 without tokens. */
  public double standardDeviation() {
    if (tokens == 0) {
      return 0;
    }
    double mean = mean();
    return Math.sqrt(Math.max(0, sumSquaredLogProbability / tokens - mean * mean));
  }

  /** Mean top-two margin; 0 without tokens. */
  public double meanTopTwoMargin() {
    return tokens == 0 ? 0 : sumTopTwoMargin / tokens;
  }
}
