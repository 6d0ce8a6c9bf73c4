package io.sluice.moefy;

import io.sluice.moe.TopExperts;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * What k experts of a layer hold at a token, on tokens held out: share of the squared contribution
 * and share of the mass, averaged over tokens, by k.
 *
 * @param contribution of the experts that the router chooses
 * @param oracleContribution of the experts with the largest contributions
 * @param staticContribution of the first k experts
 * @param mass of the experts that the router chooses
 * @param oracleMass of the experts with the largest masses
 */
public record CapturedShares(
    Map<Integer, Double> contribution,
    Map<Integer, Double> oracleContribution,
    Map<Integer, Double> staticContribution,
    Map<Integer, Double> mass,
    Map<Integer, Double> oracleMass) {

  /**
   * Measures a router.
   *
   * @param most look at no more tokens than this
   */
  static CapturedShares of(RouterSamples samples, TrainedRouter router, int most) {
    CapturedShares shares =
        new CapturedShares(
            new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
    int width = samples.width();
    int experts = samples.experts();
    float[] row = new float[samples.rowWidth()];
    float[] scores = new float[experts];
    float[] fixed = new float[experts];
    float[] squares = new float[experts];
    float[] masses = new float[experts];
    for (int e = 0; e < experts; e++) {
      fixed[e] = -e;
    }
    int held = samples.count() - samples.training();
    int stride = Math.max(1, held / most);
    double weight = 1.0 / Math.max(1, (held + stride - 1) / stride);
    for (int i = samples.training(); i < samples.count(); i += stride) {
      samples.read(i, row, 0);
      score(router, row, scores);
      for (int e = 0; e < experts; e++) {
        squares[e] = row[width + e] * row[width + e];
        masses[e] = row[width + experts + e];
      }
      for (int k : levels(experts)) {
        add(shares.contribution, k, weight * share(scores, squares, k));
        add(shares.oracleContribution, k, weight * share(squares, squares, k));
        add(shares.staticContribution, k, weight * share(fixed, squares, k));
        add(shares.mass, k, weight * share(scores, masses, k));
        add(shares.oracleMass, k, weight * share(masses, masses, k));
      }
    }
    return shares;
  }

  /** Eighths of N. */
  static int[] levels(int experts) {
    return IntStream.rangeClosed(1, 7)
        .map(eighth -> Math.max(1, experts * eighth / 8))
        .distinct()
        .toArray();
  }

  /** What the choice of an epoch looks at: the router's contribution over all levels. */
  double selection() {
    return contribution.values().stream().mapToDouble(Double::doubleValue).sum();
  }

  private static void add(Map<Integer, Double> map, int k, double value) {
    map.merge(k, value, Double::sum);
  }

  private static double share(float[] scores, float[] amounts, int k) {
    byte[] chosen = new byte[scores.length];
    TopExperts.mark(scores, 0, scores.length, k, 0, chosen, 0);
    double held = 0;
    double all = 0;
    for (int e = 0; e < scores.length; e++) {
      all += amounts[e];
      held += chosen[e] * amounts[e];
    }
    return all > 0 ? held / all : 1;
  }

  private static void score(TrainedRouter router, float[] x, float[] scores) {
    int hidden = router.innerBias().length;
    int width = router.inner().length / hidden;
    double[] h = new double[hidden];
    for (int i = 0; i < hidden; i++) {
      double sum = router.innerBias()[i];
      for (int d = 0; d < width; d++) {
        sum += router.inner()[i * width + d] * x[d];
      }
      h[i] = Math.tanh(sum);
    }
    for (int e = 0; e < scores.length; e++) {
      double sum = router.outerBias()[e];
      for (int i = 0; i < hidden; i++) {
        sum += router.outer()[e * hidden + i] * h[i];
      }
      scores[e] = (float) sum;
    }
  }
}
