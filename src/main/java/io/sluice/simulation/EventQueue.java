package io.sluice.simulation;

import java.util.Comparator;
import java.util.PriorityQueue;

/** Events in the order of their time, at equal times in the order in which they were added. */
final class EventQueue {
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(
          Comparator.comparingLong((Event each) -> each.nanos).thenComparingLong(e -> e.number));
  private long now;
  private long count;

  private record Event(long nanos, long number, Runnable body) {}

  long now() {
    return now;
  }

  double seconds() {
    return now / 1e9;
  }

  void at(long nanos, Runnable body) {
    events.add(new Event(Math.max(now, nanos), count++, body));
  }

  void after(double millis, Runnable body) {
    at(now + Math.round(millis * 1e6), body);
  }

  /** Runs the next event; false if there is none. */
  boolean step() {
    Event next = events.poll();
    if (next == null) {
      return false;
    }
    now = next.nanos;
    next.body.run();
    return true;
  }
}
