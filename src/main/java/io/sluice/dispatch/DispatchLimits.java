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

  /** A record in here takes several times its size: as it came, stored, decoded, translated. */
  private static final int HEAP_SHARE = 32;

  public DispatchLimits {
    if (maxRecords < 1 || maxBytes < 1 || retryDelay.isNegative()) {
      throw new IllegalArgumentException("dispatch limits must be positive");
    }
  }

  /**
   * The default limits, with fewer bytes where the heap is small: a thirty-second of it.
   *
   * @param maxHeapBytes as the JVM may use, bytes
   */
  public static DispatchLimits forHeap(long maxHeapBytes) {
    long bytes = Math.max(1, Math.min(DEFAULT.maxBytes, maxHeapBytes / HEAP_SHARE));
    return new DispatchLimits(DEFAULT.maxRecords, bytes, DEFAULT.retryDelay);
  }
}
