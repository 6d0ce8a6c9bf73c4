package io.sluice.moefy;

import java.util.Map;
import java.util.TreeMap;

/**
 * What the first k experts of a plan hold of a sentence's squared contribution, on sentences held
 * out, by k.
 *
 * @param best of the plan that is worth most to the sentence
 * @param chosen of the plan that the gate chooses
 * @param fixed of the first k experts
 */
public record PlanShares(
    Map<Integer, Double> best, Map<Integer, Double> chosen, Map<Integer, Double> fixed) {

  /**
   * Measures a gate.
   *
   * @param shares shape (S, N)
   * @param features shape (S, width)
   * @param from first sentence that was held out
   */
  static PlanShares of(
      PlanSet plans, PlanGate gate, float[][] shares, float[][] features, int from) {
    PlanShares held = new PlanShares(new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
    double weight = 1.0 / Math.max(1, shares.length - from);
    for (int s = from; s < shares.length; s++) {
      double[] worths = plans.worths(shares[s]);
      int best = 0;
      for (int p = 1; p < worths.length; p++) {
        best = worths[p] > worths[best] ? p : best;
      }
      int chosen = gate.choose(features[s]);
      double first = 0;
      int next = 0;
      for (int k : CapturedShares.levels(shares[s].length)) {
        while (next < k) {
          first += shares[s][next++];
        }
        held.best.merge(k, weight * plans.held(shares[s], best, k), Double::sum);
        held.chosen.merge(k, weight * plans.held(shares[s], chosen, k), Double::sum);
        held.fixed.merge(k, weight * first, Double::sum);
      }
    }
    return held;
  }
}
