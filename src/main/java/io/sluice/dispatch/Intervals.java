package io.sluice.dispatch;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Adds up stretches of time, overlapping ones once. */
final class Intervals {
  private record Interval(long start, long end) {}

  private final List<Interval> intervals = new ArrayList<>();

  void add(long start, long end) {
    if (end > start) {
      intervals.add(new Interval(start, end));
    }
  }

  void addAll(Intervals other) {
    intervals.addAll(other.intervals);
  }

  /** Length of the union. */
  long covered() {
    List<Interval> sorted = new ArrayList<>(intervals);
    sorted.sort(Comparator.comparingLong(Interval::start));
    long covered = 0;
    long end = Long.MIN_VALUE;
    for (Interval interval : sorted) {
      if (interval.end() > end) {
        covered += interval.end() - Math.max(end, interval.start());
        end = interval.end();
      }
    }
    return covered;
  }
}
