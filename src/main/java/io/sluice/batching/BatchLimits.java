package io.sluice.batching;

import java.time.Duration;

/**
 * How large and how old a batch may get.
 *
 * @param maxRows segments in a batch, at least 1
 * @param maxPaddedTokens segments times the longest of them, in source tokens; a single longer
 *     segment still goes, alone
 * @param maxAge how long a segment waits for company while some worker is busy
 * @param window so many batches may be handed over at once where they wait, at least 1: rows that
 *     finish are then replaced, and rows of the same plan go together
 */
public record BatchLimits(int maxRows, int maxPaddedTokens, Duration maxAge, int window) {
  /** 16 rows, 1 024 padded tokens, 20 ms. */
  public static final BatchLimits DEFAULT = new BatchLimits(16, 1024, Duration.ofMillis(20));

  private static final int USUAL_WINDOW = 8;

  public BatchLimits {
    if (maxRows < 1 || maxPaddedTokens < 1 || window < 1 || maxAge.isNegative()) {
      throw new IllegalArgumentException(
          "batch limits must be positive: %d rows, %d tokens, %s"
              .formatted(maxRows, maxPaddedTokens, maxAge));
    }
  }

  /** The same with other rows, and padded tokens in proportion. */
  public BatchLimits withMaxRows(int rows) {
    int tokens = (int) Math.max(1, (long) maxPaddedTokens * rows / maxRows);
    return new BatchLimits(rows, tokens, maxAge, window);
  }

  /** With a window of eight batches. */
  public BatchLimits(int maxRows, int maxPaddedTokens, Duration maxAge) {
    this(maxRows, maxPaddedTokens, maxAge, USUAL_WINDOW);
  }
}
