package io.sluice.moe.statistics;

/**
 * How a share differs from token to token.
 *
 * @param mean over the tokens, 0 to 1
 * @param p10 smallest share that at least 10 % of the tokens do not exceed
 * @param p50 the same for 50 %, the median
 * @param p90 the same for 90 %
 */
public record ShareDistribution(double mean, double p10, double p50, double p90) {

  /**
   * Of counted tokens, exact.
   *
   * @param tokensByCount tokens that have 0, 1, … F of the F neurons; shape (F + 1), not all 0
   */
  static ShareDistribution of(long[] tokensByCount) {
    long tokens = 0;
    double sum = 0;
    for (int count = 0; count < tokensByCount.length; count++) {
      tokens += tokensByCount[count];
      sum += (double) count * tokensByCount[count];
    }
    double neurons = tokensByCount.length - 1.0;
    return new ShareDistribution(
        sum / tokens / neurons,
        countAt(tokensByCount, tokens, 10) / neurons,
        countAt(tokensByCount, tokens, 50) / neurons,
        countAt(tokensByCount, tokens, 90) / neurons);
  }

  private static int countAt(long[] tokensByCount, long tokens, int percent) {
    int count = 0;
    long seen = tokensByCount[0];
    while (seen * 100 < tokens * percent) {
      seen += tokensByCount[++count];
    }
    return count;
  }
}
