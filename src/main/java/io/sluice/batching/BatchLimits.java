package io.sluice.batching;

import java.time.Duration;

/**
 * How large and how old a batch may get.
 *
 * @param maxRows segments in a batch, at least 1
 * @param maxPaddedTokens segments times the longest of them, in source tokens; a single longer
 *     segment still goes, alone
 * @param maxAge how long a segment waits for company while some worker is busy
 */
public record BatchLimits(int maxRows, int maxPaddedTokens, Duration maxAge) {
  /** 32 rows, 2 048 padded tokens, 20 ms. */
  public static final BatchLimits DEFAULT = new BatchLimits(32, 2048, Duration.ofMillis(20));

  public BatchLimits {
    if (maxRows < 1 || maxPaddedTokens < 1 || maxAge.isNegative()) {
      throw new IllegalArgumentException(
          "batch limits must be positive: %d rows, %d tokens, %s"
              .formatted(maxRows, maxPaddedTokens, maxAge));
    }
  }
}
