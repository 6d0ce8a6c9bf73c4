package io.sluice.pipeline;

import io.sluice.control.PartitionLoad;
import io.sluice.control.PendingLoad;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Says whether there has been nothing to do for a while. Open only after looks that saw no work for
 * the whole dwell time; shut at once when work comes, whoever sees it first. Thread-safe.
 */
final class IdleGate implements LoadListener {
  private final long dwellNanos;
  private final LongSupplier nanos;
  private final BooleanSupplier working;
  private boolean counting;
  private boolean frozen;
  private long idleSince;
  private long admitted = -1;

  /**
   * A gate that is shut.
   *
   * @param working true while a record is pending: asked at every question, so cheap
   */
  IdleGate(Duration dwell, LongSupplier nanos, BooleanSupplier working) {
    this.dwellNanos = dwell.toNanos();
    this.nanos = nanos;
    this.working = working;
  }

  @Override
  public synchronized void sampled(long now, List<PartitionLoad> owned, PendingLoad pending) {
    boolean idle =
        new LoadReading(now, owned, pending, false, frozen).idle()
            && pending.admittedRecords() == admitted;
    admitted = pending.admittedRecords();
    frozen = false;
    if (!idle) {
      counting = false;
    } else if (!counting) {
      counting = true;
      idleSince = now;
    }
  }

  @Override
  public synchronized void stale(long now) {
    counting = false;
  }

  @Override
  public synchronized void rebalanced(long now) {
    counting = false;
    frozen = true;
  }

  /** True while work for later may begin. */
  synchronized boolean isOpen() {
    if (working.getAsBoolean()) {
      counting = false;
    }
    return counting && nanos.getAsLong() - idleSince >= dwellNanos;
  }
}
