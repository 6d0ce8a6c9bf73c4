package io.sluice.quality;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What a degraded translation is expected to lose: the probability that its text is not that of
 * full quality, times the chrF distance (0 to 1) when it is not. The probability grows with length
 * and with the share of the router's mass that was left out; both parts are fitted for each level.
 * Immutable.
 *
 * @param levels one for each level of the ladder; the first is full quality and loses nothing
 */
public record ExpectedLoss(List<Level> levels) {

  /**
   * One level.
   *
   * @param intercept of the logit of the probability
   * @param lengthWeight of the logarithm of the source tokens
   * @param droppedWeight of the share of the router's mass that was left out
   * @param distance mean chrF distance of texts that differ
   * @param bound distance that nine of ten texts of this level stay within
   */
  public record Level(
      double intercept, double lengthWeight, double droppedWeight, double distance, double bound) {

    /** Probability that the text differs. */
    double differs(int sourceTokens, double droppedMass) {
      double logit =
          intercept + lengthWeight * Math.log(sourceTokens) + droppedWeight * droppedMass;
      return 1 / (1 + Math.exp(-logit));
    }
  }

  /**
   * A text that was translated at a level and at full quality.
   *
   * @param sourceTokens its length, at least 1
   * @param droppedMass share of the router's mass that was left out, 0 to 1
   * @param distance chrF distance of the two texts, 0 to 1; 0: the same text
   */
  public record Example(int sourceTokens, double droppedMass, double distance) {}

  /**
   * One row of a reliability table.
   *
   * @param predicted mean of the predictions
   * @param measured mean of the distances
   * @param examples how many
   */
  public record Bin(double predicted, double measured, int examples) {}

  public ExpectedLoss {
    levels = List.copyOf(levels);
  }

  /** Expected chrF distance to the text at full quality, 0 to 1. */
  public double expected(int level, int sourceTokens, double droppedMass) {
    if (level == 0) {
      return 0;
    }
    Level each = levels.get(level);
    return each.differs(sourceTokens, droppedMass) * each.distance;
  }

  /** Distance that nine of ten texts stay within. */
  public double bound(int level) {
    return level == 0 ? 0 : levels.get(level).bound;
  }

  /** The prediction with the bound of a level measured anew: the shadow meter's. */
  public ExpectedLoss withBound(int level, double bound) {
    List<Level> changed = new ArrayList<>(levels);
    Level old = levels.get(level);
    changed.set(
        level, new Level(old.intercept, old.lengthWeight, old.droppedWeight, old.distance, bound));
    return new ExpectedLoss(changed);
  }

  /**
   * Fits one level: logistic regression by Newton's method, with a little ridge.
   *
   * @param examples at least one
   */
  public static Level fit(List<Example> examples) {
    double[] weights = new double[3];
    for (int round = 0; round < 25; round++) {
      double[] gradient = new double[3];
      double[][] hessian = {{1e-3, 0, 0}, {0, 1e-1, 0}, {0, 0, 1e-1}};
      for (int i = 0; i < 3; i++) {
        gradient[i] = -hessian[i][i] * weights[i];
      }
      for (Example each : examples) {
        double[] x = {1, Math.log(each.sourceTokens), each.droppedMass};
        double logit = weights[0] * x[0] + weights[1] * x[1] + weights[2] * x[2];
        double p = 1 / (1 + Math.exp(-logit));
        double error = (each.distance > 0 ? 1 : 0) - p;
        for (int i = 0; i < 3; i++) {
          gradient[i] += error * x[i];
          for (int j = 0; j < 3; j++) {
            hessian[i][j] += p * (1 - p) * x[i] * x[j];
          }
        }
      }
      double[] step = solve(hessian, gradient);
      for (int i = 0; i < 3; i++) {
        weights[i] += Math.max(-3, Math.min(3, step[i]));
      }
    }
    double[] distances = examples.stream().mapToDouble(Example::distance).sorted().toArray();
    double distance =
        examples.stream().mapToDouble(Example::distance).filter(d -> d > 0).average().orElse(0);
    int place = Math.min(distances.length - 1, (int) Math.ceil(0.9 * (distances.length + 1)) - 1);
    return new Level(weights[0], weights[1], weights[2], distance, distances[place]);
  }

  /** Predictions against what was measured, in bins of equally many examples. */
  public List<Bin> reliability(int level, List<Example> examples, int bins) {
    List<Example> sorted = new ArrayList<>(examples);
    sorted.sort(Comparator.comparingDouble(e -> expected(level, e.sourceTokens, e.droppedMass)));
    List<Bin> table = new ArrayList<>();
    for (int bin = 0; bin < bins; bin++) {
      List<Example> part =
          sorted.subList(bin * sorted.size() / bins, (bin + 1) * sorted.size() / bins);
      if (!part.isEmpty()) {
        table.add(
            new Bin(
                part.stream()
                    .mapToDouble(e -> expected(level, e.sourceTokens, e.droppedMass))
                    .average()
                    .orElseThrow(),
                part.stream().mapToDouble(Example::distance).average().orElseThrow(),
                part.size()));
      }
    }
    return table;
  }

  private static double[] solve(double[][] a, double[] b) {
    double[] x = b.clone();
    for (int i = 0; i < 3; i++) {
      for (int row = i + 1; row < 3; row++) {
        double factor = a[row][i] / a[i][i];
        for (int k = i; k < 3; k++) {
          a[row][k] -= factor * a[i][k];
        }
        x[row] -= factor * x[i];
      }
    }
    for (int i = 2; i >= 0; i--) {
      for (int k = i + 1; k < 3; k++) {
        x[i] -= a[i][k] * x[k];
      }
      x[i] /= a[i][i];
    }
    return x;
  }
}
