package io.sluice.cli;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * What an application did in the seconds of a run in which work waited all the time: that is how
 * fast it was, whatever came. One thread.
 */
final class ServedWork {
  /** Fewer such seconds say nothing: results come in lumps. */
  private static final int LEAST_SECONDS = 3;

  private final int levels;
  private final Map<Integer, int[]> results = new TreeMap<>();
  private final Map<Integer, Integer> fewest = new TreeMap<>();

  ServedWork(int levels) {
    this.levels = levels;
  }

  /** A result was seen, so many seconds into the run. */
  void result(double second, int level) {
    results.computeIfAbsent((int) Math.floor(second), key -> new int[levels])[level]++;
  }

  /** So many records had no result at that moment. */
  void unanswered(double second, int records) {
    fewest.merge((int) Math.floor(second), records, Math::min);
  }

  /**
   * How much longer records took than expected, in the seconds in which there was always enough to
   * do; empty if there were hardly any.
   *
   * @param rates expected records a second, by level
   * @param enough records without a result
   */
  OptionalDouble slowness(List<Double> rates, double enough) {
    int seconds = 0;
    double expected = 0;
    for (Map.Entry<Integer, Integer> each : fewest.entrySet()) {
      if (each.getValue() < enough) {
        continue;
      }
      seconds++;
      int[] seen = results.getOrDefault(each.getKey(), new int[levels]);
      for (int level = 0; level < levels; level++) {
        expected += seen[level] / rates.get(level);
      }
    }
    return seconds < LEAST_SECONDS || expected == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(seconds / expected);
  }
}
