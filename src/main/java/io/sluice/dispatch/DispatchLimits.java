package io.sluice.dispatch;

import java.time.Duration;

/**
 * What the dispatcher may hold.
 *
 * @param maxRecords records kept and not yet sent
 * @param maxBytes their approximate size, bytes
 * @param retryDelay pause before a record is decoded again when the registry was away
 */
public record DispatchLimits(int maxRecords, long maxBytes, Duration retryDelay) {
  /** 1 024 records, 32 MiB, half a second. */
  public static final DispatchLimits DEFAULT =
      new DispatchLimits(1024, 32L << 20, Duration.ofMillis(500));

  public DispatchLimits {
    if (maxRecords < 1 || maxBytes < 1 || retryDelay.isNegative()) {
      throw new IllegalArgumentException("dispatch limits must be positive");
    }
  }
}
