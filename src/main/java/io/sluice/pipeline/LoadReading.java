package io.sluice.pipeline;

import io.sluice.control.PartitionLoad;
import io.sluice.control.PendingLoad;
import java.util.List;

/**
 * The last look at the load of one instance.
 *
 * @param nanos when, on the monotonic clock
 * @param owned every partition that the instance owns
 * @param pending what its dispatcher holds
 * @param stale true if the broker has not answered since: the values are those of its last answer
 * @param frozen true for the first look after a rebalance: it says nothing yet
 */
public record LoadReading(
    long nanos, List<PartitionLoad> owned, PendingLoad pending, boolean stale, boolean frozen) {

  public LoadReading {
    owned = List.copyOf(owned);
  }

  /** Offsets not yet read, without partitions from which nothing can be fetched. */
  public long unread() {
    return owned.stream().mapToLong(LoadReading::unread).sum();
  }

  static long unread(PartitionLoad partition) {
    return partition.fetchable() ? Math.max(0, partition.endOffset() - partition.position()) : 0;
  }

  /** True if there is surely nothing to do. */
  boolean idle() {
    return !stale
        && !frozen
        && unread() == 0
        && pending.queuedRecords() == 0
        && pending.runningRecords() == 0;
  }

  LoadReading asStale() {
    return new LoadReading(nanos, owned, pending, true, frozen);
  }
}
