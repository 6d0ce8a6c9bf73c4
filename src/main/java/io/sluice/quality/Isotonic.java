package io.sluice.quality;

import java.util.ArrayList;
import java.util.List;

/** Isotonic regression by pooling adjacent violators. */
final class Isotonic {
  private Isotonic() {}

  /**
   * A non-decreasing function by its points.
   *
   * @param positions mean x of each pool, ascending
   * @param values mean y of each pool, ascending
   */
  record Steps(List<Double> positions, List<Double> values) {}

  /**
   * Fits the function.
   *
   * @param points x and y, sorted by x
   * @param groupSize neighbours that are averaged before pooling, at least 1
   */
  static Steps fit(List<double[]> points, int groupSize) {
    List<double[]> pools = new ArrayList<>(); // sum of x, sum of y, count
    for (int start = 0; start < points.size(); start += groupSize) {
      double[] pool = new double[3];
      for (double[] point : points.subList(start, Math.min(points.size(), start + groupSize))) {
        pool[0] += point[0];
        pool[1] += point[1];
        pool[2]++;
      }
      pools.add(pool);
      while (pools.size() > 1 && mean(pools, pools.size() - 2) >= mean(pools, pools.size() - 1)) {
        double[] last = pools.remove(pools.size() - 1);
        double[] before = pools.get(pools.size() - 1);
        for (int k = 0; k < 3; k++) {
          before[k] += last[k];
        }
      }
    }
    return new Steps(
        pools.stream().map(p -> p[0] / p[2]).toList(),
        pools.stream().map(p -> p[1] / p[2]).toList());
  }

  private static double mean(List<double[]> pools, int index) {
    return pools.get(index)[1] / pools.get(index)[2];
  }
}
