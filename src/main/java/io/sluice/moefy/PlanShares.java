package io.sluice.moefy;

import java.util.Map;
import java.util.TreeMap;

/**
 * What the first k experts of a plan hold of a sentence's squared contribution in one layer, on
 * sentences held out, by k.
 *
 * @param best of the plan that is worth most to the sentence over all layers
 * @param chosen of the plan that the gates of all layers choose
 * @param fixed of the first k experts
 */
public record PlanShares(
    Map<Integer, Double> best, Map<Integer, Double> chosen, Map<Integer, Double> fixed) {

  /**
   * Measures.
   *
   * @param shares shape (S, N)
   * @param best shape (S): the plan that is worth most to each sentence held out
   * @param chosen shape (S): the plan that is chosen
   * @param from first sentence that was held out
   */
  static PlanShares of(PlanSet plans, float[][] shares, int[] best, int[] chosen, int from) {
    PlanShares held = new PlanShares(new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
    double weight = 1.0 / Math.max(1, shares.length - from);
    for (int s = from; s < shares.length; s++) {
      double first = 0;
      int next = 0;
      for (int k : CapturedShares.levels(shares[s].length)) {
        while (next < k) {
          first += shares[s][next++];
        }
        held.best.merge(k, weight * plans.held(shares[s], best[s], k), Double::sum);
        held.chosen.merge(k, weight * plans.held(shares[s], chosen[s], k), Double::sum);
        held.fixed.merge(k, weight * first, Double::sum);
      }
    }
    return held;
  }
}
