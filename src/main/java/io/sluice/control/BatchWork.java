package io.sluice.control;

/**
 * How much a batch is to translate.
 *
 * @param rows segments
 * @param sourceTokens their source tokens
 * @param targetTokens their target tokens
 * @param steps target tokens of the longest of them: decode steps
 */
public record BatchWork(int rows, double sourceTokens, double targetTokens, double steps) {
  /** A full batch of ordinary sentences, until some have been seen. */
  public static final BatchWork TYPICAL = new BatchWork(32, 32 * 16, 32 * 17, 24);
}
