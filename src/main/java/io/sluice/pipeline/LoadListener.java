package io.sluice.pipeline;

import io.sluice.control.PartitionLoad;
import io.sluice.control.PendingLoad;
import java.util.List;

/**
 * Is told what the sensor sees, by the sensor's thread; {@code control.LoadMeter} makes a sample of
 * it. What it throws is counted and changes nothing.
 */
public interface LoadListener {
  /**
   * A look at the load.
   *
   * @param nanos now, on the monotonic clock
   * @param owned every partition that this instance owns
   */
  void sampled(long nanos, List<PartitionLoad> owned, PendingLoad pending);

  /** The broker did not answer. */
  void stale(long nanos);

  /** Partitions came or went; told before the look that follows. */
  void rebalanced(long nanos);
}
