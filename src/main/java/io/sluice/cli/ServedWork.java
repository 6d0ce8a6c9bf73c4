package io.sluice.cli;

import io.sluice.simulation.Pace;
import java.util.Collection;
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
   * What was seen of the seconds in which there was always enough to do.
   *
   * @param rates expected records a second, by level
   * @param enough records without a result
   * @return looks by second
   */
  Map<Integer, Pace.Look> looks(List<Double> rates, double enough) {
    Map<Integer, Pace.Look> looks = new TreeMap<>();
    for (Map.Entry<Integer, Integer> each : fewest.entrySet()) {
      if (each.getValue() < enough) {
        continue;
      }
      int[] seen = results.getOrDefault(each.getKey(), new int[levels]);
      double expected = 0;
      for (int level = 0; level < levels; level++) {
        expected += seen[level] / rates.get(level);
      }
      looks.put(each.getKey(), new Pace.Look(1, expected));
    }
    return looks;
  }

  /**
   * How much longer records took than expected in those seconds; empty if there were hardly any.
   *
   * @param rates as above
   * @param enough as above
   */
  OptionalDouble slowness(List<Double> rates, double enough) {
    Collection<Pace.Look> looks = looks(rates, enough).values();
    double expected = looks.stream().mapToDouble(Pace.Look::expected).sum();
    return looks.size() < LEAST_SECONDS || expected == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(looks.size() / expected);
  }
}
