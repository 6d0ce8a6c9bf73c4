package io.sluice.metrics;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;

/** Share of the events of the last minute that were special. Thread-safe. */
public final class RecentShare {
  private static final long SLOT_NANOS = 5_000_000_000L;
  private static final int SLOTS = 12;

  private final LongSupplier nanos;
  private final Deque<Slot> slots = new ArrayDeque<>();

  private static final class Slot {
    private final long number;
    private long events;
    private long special;

    private Slot(long number) {
      this.number = number;
    }
  }

  /**
   * Without events.
   *
   * @param nanos a clock, nanoseconds
   */
  public RecentShare(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** Counts one event. */
  public synchronized void add(boolean special) {
    Slot slot = current();
    slot.events++;
    if (special) {
      slot.special++;
    }
  }

  /** 0 to 1; 0 without events. */
  public synchronized double value() {
    dropOld(slotNumber());
    long events = slots.stream().mapToLong(slot -> slot.events).sum();
    long special = slots.stream().mapToLong(slot -> slot.special).sum();
    return events == 0 ? 0 : (double) special / events;
  }

  private Slot current() {
    long number = slotNumber();
    dropOld(number);
    Slot last = slots.peekLast();
    if (last == null || last.number != number) {
      last = new Slot(number);
      slots.addLast(last);
    }
    return last;
  }

  private void dropOld(long number) {
    while (!slots.isEmpty() && slots.getFirst().number <= number - SLOTS) {
      slots.removeFirst();
    }
  }

  private long slotNumber() {
    return Math.floorDiv(nanos.getAsLong(), SLOT_NANOS);
  }
}
