package io.sluice.pipeline;

import io.sluice.control.PartitionLoad;
import io.sluice.control.PendingLoad;
import io.sluice.metrics.Meters;
import io.sluice.metrics.SluiceMeter;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Shows the lag of the partitions of this instance as the sensor sees it, so that the sum over all
 * instances is the application's lag. While the broker does not answer, the last values stay and
 * their age grows. Told by one thread, read by any.
 */
final class LagGauges implements LoadListener {
  private static final double NANOS_PER_SECOND = 1e9;

  private final Meters meters;
  private final LongSupplier clock;
  private final Map<Integer, Long> shown = new ConcurrentHashMap<>();
  private volatile long readNanos;
  private boolean read;

  /**
   * Gauges that show nothing yet.
   *
   * @param clock monotonic, nanoseconds
   */
  LagGauges(Meters meters, LongSupplier clock) {
    this.meters = meters;
    this.clock = clock;
  }

  @Override
  public void sampled(long nanos, List<PartitionLoad> owned, PendingLoad pending) {
    readNanos = nanos;
    if (!read) {
      read = true;
      meters.gauge(SluiceMeter.LAG_AGE, () -> (clock.getAsLong() - readNanos) / NANOS_PER_SECOND);
    }
    Map<Integer, Long> lag = new HashMap<>();
    for (PartitionLoad each : owned) {
      if (each.fetchable()) {
        lag.put(each.partition(), LoadReading.unread(each));
      }
    }
    for (int gone : new HashSet<>(shown.keySet())) {
      if (!lag.containsKey(gone)) {
        meters.forget(SluiceMeter.LAG, Integer.toString(gone));
        shown.remove(gone);
      }
    }
    lag.forEach(this::show);
  }

  private void show(int partition, long records) {
    if (shown.put(partition, records) == null) {
      meters.gauge(
          SluiceMeter.LAG, () -> shown.getOrDefault(partition, 0L), Integer.toString(partition));
    }
  }

  @Override
  public void stale(long nanos) {
    // the last values stay
  }

  @Override
  public void rebalanced(long nanos) {
    // the next look says which partitions are left
  }
}
