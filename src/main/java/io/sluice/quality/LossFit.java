package io.sluice.quality;

import java.util.List;

/**
 * What texts of one level lose. They differ from full quality with the probability of a logistic
 * regression on the logarithm of their length and on the share of the routers' mass that was left
 * out; how far they are then is a straight line in the same logarithm. Immutable.
 *
 * @param intercept of the logit of the probability
 * @param lengthWeight of the logarithm of the source tokens
 * @param droppedWeight of the share of the routers' mass that was left out
 * @param distance chrF distance of a text of one token that differs
 * @param distanceSlope what it grows by with the logarithm of the source tokens
 * @param bound distance that nine of ten texts stay within
 */
public record LossFit(
    double intercept,
    double lengthWeight,
    double droppedWeight,
    double distance,
    double distanceSlope,
    double bound) {
  private static final int ROUNDS = 25;
  private static final double LARGEST_STEP = 3;
  private static final double[] RIDGE = {1e-3, 0.1, 0.1};
  private static final int FEWEST_FOR_A_SLOPE = 20;
  private static final double BOUND = 0.9;

  /**
   * A text that was translated at a level and at full quality.
   *
   * @param sourceTokens its length, at least 1
   * @param droppedMass share of the routers' mass that was left out, 0 to 1
   * @param distance chrF distance of the two texts, 0 to 1; 0: the same text
   */
  public record Example(int sourceTokens, double droppedMass, double distance) {}

  /** Probability that a text differs. */
  public double differs(int sourceTokens, double droppedMass) {
    return logistic(
        intercept + lengthWeight * Math.log(sourceTokens) + droppedWeight * droppedMass);
  }

  /**
   * Expected chrF distance, 0 to 1.
   *
   * @param sourceTokens at least 1
   */
  public double expected(int sourceTokens, double droppedMass) {
    double whenItDiffers = distance + distanceSlope * Math.log(sourceTokens);
    return differs(sourceTokens, droppedMass) * Math.max(0, Math.min(1, whenItDiffers));
  }

  double expected(Example example) {
    return expected(example.sourceTokens, example.droppedMass);
  }

  /** The same with another bound. */
  LossFit withBound(double another) {
    return new LossFit(intercept, lengthWeight, droppedWeight, distance, distanceSlope, another);
  }

  /**
   * Fits one level.
   *
   * @param examples at least one
   */
  public static LossFit of(List<Example> examples) {
    double[] weights = differing(examples);
    double[] line = distances(examples.stream().filter(each -> each.distance > 0).toList());
    double[] sorted = examples.stream().mapToDouble(Example::distance).sorted().toArray();
    int place = Math.min(sorted.length - 1, (int) Math.ceil(BOUND * (sorted.length + 1)) - 1);
    return new LossFit(weights[0], weights[1], weights[2], line[0], line[1], sorted[place]);
  }

  /** Logistic regression by Newton's method, with a little ridge. */
  private static double[] differing(List<Example> examples) {
    double[] weights = new double[RIDGE.length];
    for (int round = 0; round < ROUNDS; round++) {
      double[] gradient = new double[RIDGE.length];
      double[][] hessian = new double[RIDGE.length][RIDGE.length];
      for (int i = 0; i < RIDGE.length; i++) {
        hessian[i][i] = RIDGE[i];
        gradient[i] = -RIDGE[i] * weights[i];
      }
      for (Example each : examples) {
        double[] x = {1, Math.log(each.sourceTokens), each.droppedMass};
        double p = logistic(weights[0] * x[0] + weights[1] * x[1] + weights[2] * x[2]);
        double error = (each.distance > 0 ? 1 : 0) - p;
        for (int i = 0; i < RIDGE.length; i++) {
          gradient[i] += error * x[i];
          for (int j = 0; j < RIDGE.length; j++) {
            hessian[i][j] += p * (1 - p) * x[i] * x[j];
          }
        }
      }
      double[] step = solve(hessian, gradient);
      for (int i = 0; i < RIDGE.length; i++) {
        weights[i] += Math.max(-LARGEST_STEP, Math.min(LARGEST_STEP, step[i]));
      }
    }
    return weights;
  }

  /** Intercept and slope by least squares; a constant where there are too few for a slope. */
  private static double[] distances(List<Example> differing) {
    double mean = differing.stream().mapToDouble(Example::distance).average().orElse(0);
    if (differing.size() < FEWEST_FOR_A_SLOPE) {
      return new double[] {mean, 0};
    }
    double meanLog =
        differing.stream().mapToDouble(e -> Math.log(e.sourceTokens)).average().orElse(0);
    double products = 0;
    double squares = 1e-9;
    for (Example each : differing) {
      double x = Math.log(each.sourceTokens) - meanLog;
      products += x * (each.distance - mean);
      squares += x * x;
    }
    double slope = products / squares;
    return new double[] {mean - slope * meanLog, slope};
  }

  private static double logistic(double logit) {
    return 1 / (1 + Math.exp(-logit));
  }

  private static double[] solve(double[][] a, double[] b) {
    int n = b.length;
    double[] x = b.clone();
    for (int i = 0; i < n; i++) {
      for (int row = i + 1; row < n; row++) {
        double factor = a[row][i] / a[i][i];
        for (int k = i; k < n; k++) {
          a[row][k] -= factor * a[i][k];
        }
        x[row] -= factor * x[i];
      }
    }
    for (int i = n - 1; i >= 0; i--) {
      for (int k = i + 1; k < n; k++) {
        x[i] -= a[i][k] * x[k];
      }
      x[i] /= a[i][i];
    }
    return x;
  }
}
