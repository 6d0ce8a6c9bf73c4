package io.sluice.control;

/**
 * How much a batch is to translate.
 *
 * @param rows segments
 * @param sourceTokens their source tokens
 * @param targetTokens their target tokens
 * @param steps decode steps, see {@link #steps}
 */
public record BatchWork(int rows, double sourceTokens, double targetTokens, double steps) {
  /** A full batch of ordinary sentences, until some have been seen. */
  public static final BatchWork TYPICAL = new BatchWork(32, 32 * 16, 32 * 17, 24);

  /**
   * Decode steps of segments of which so many are decoded at once, others as these finish: at least
   * the target tokens of the longest one, and enough for all tokens.
   */
  public static double steps(double longest, double targetTokens, int width) {
    return Math.max(longest, targetTokens / width);
  }
}
