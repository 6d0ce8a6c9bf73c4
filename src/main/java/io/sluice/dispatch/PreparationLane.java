package io.sluice.dispatch;

import io.sluice.domain.UnavailableException;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Rows on their way through preparation by one thread. A row that must be tried again steps aside,
 * so that those behind it go on.
 */
final class PreparationLane {
  private record Deferred(PendingRow row, long dueNanos) {}

  private final BlockingQueue<PendingRow> incoming = new LinkedBlockingQueue<>();
  private final ArrayDeque<Deferred> deferred = new ArrayDeque<>();
  private final Preparer preparer;
  private final Consumer<Text> line;
  private final DispatchClock clock;
  private final long retryNanos;

  PreparationLane(
      Preparer preparer, Consumer<Text> line, DispatchClock clock, DispatchLimits limits) {
    this.preparer = preparer;
    this.line = line;
    this.clock = clock;
    this.retryNanos = limits.retryDelay().toNanos();
  }

  void add(PendingRow row) {
    incoming.add(row);
  }

  /** Waits for a row, at most {@code maxWaitNanos}, and prepares it. */
  void step(long maxWaitNanos) throws InterruptedException {
    Optional<PendingRow> row = due();
    if (row.isEmpty()) {
      long wait = deferred.isEmpty() ? maxWaitNanos : Math.min(maxWaitNanos, untilDue());
      row = Optional.ofNullable(incoming.poll(Math.max(0, wait), TimeUnit.NANOSECONDS));
    }
    row.ifPresent(this::prepare);
  }

  /** Prepares all that is there and due, without waiting. */
  boolean stepNow() {
    Optional<PendingRow> row = due().or(() -> Optional.ofNullable(incoming.poll()));
    row.ifPresent(this::prepare);
    return row.isPresent();
  }

  private void prepare(PendingRow row) {
    try {
      preparer.prepare(row).ifPresent(line);
    } catch (UnavailableException e) {
      deferred.add(new Deferred(row, clock.nanos() + retryNanos));
    }
  }

  private Optional<PendingRow> due() {
    if (deferred.isEmpty() || untilDue() > 0) {
      return Optional.empty();
    }
    return Optional.of(deferred.poll().row());
  }

  private long untilDue() {
    return deferred.element().dueNanos() - clock.nanos();
  }
}
