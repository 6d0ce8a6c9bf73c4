package io.sluice.quality;

import java.util.Arrays;

/** Weighted logistic regression with a ridge penalty, by Newton's method. Pure functions. */
final class LogisticRegression {
  private static final int STEPS = 25;
  private static final double LARGEST_LOG_ODDS = 30;

  private LogisticRegression() {}

  /** The probability that belongs to log-odds. */
  static double probability(double logOdds) {
    double bounded = Math.max(-LARGEST_LOG_ODDS, Math.min(LARGEST_LOG_ODDS, logOdds));
    return 1 / (1 + Math.exp(-bounded));
  }

  /**
   * Fits log-odds.
   *
   * @param rows shape (N, F)
   * @param labels shape (N), 0 or 1
   * @param sampleWeights shape (N), positive
   * @param penalty of the weights, positive; the intercept is not penalised
   */
  static Ridge.Fit fit(double[][] rows, double[] labels, double[] sampleWeights, double penalty) {
    int size = rows[0].length;
    double[] fitted = new double[size + 1]; // the last is the intercept
    for (int step = 0; step < STEPS; step++) {
      double[][] system = new double[size + 1][size + 2];
      for (int i = 0; i <= size; i++) {
        system[i][i] = i < size ? penalty : 1e-6;
        system[i][size + 1] = -system[i][i] * fitted[i];
      }
      for (int r = 0; r < rows.length; r++) {
        addRow(system, rows[r], labels[r], sampleWeights[r], fitted);
      }
      double[] change = Ridge.solve(system);
      for (int i = 0; i <= size; i++) {
        fitted[i] += change[i];
      }
    }
    return new Ridge.Fit(Arrays.copyOf(fitted, size), fitted[size]);
  }

  private static void addRow(
      double[][] system, double[] row, double label, double sampleWeight, double[] fitted) {
    int size = row.length;
    double logOdds = fitted[size];
    for (int i = 0; i < size; i++) {
      logOdds += fitted[i] * row[i];
    }
    double p = probability(logOdds);
    double residual = sampleWeight * (label - p);
    double curvature = sampleWeight * p * (1 - p) + 1e-9;
    for (int i = 0; i <= size; i++) {
      double x = i < size ? row[i] : 1;
      for (int j = 0; j <= size; j++) {
        system[i][j] += curvature * x * (j < size ? row[j] : 1);
      }
      system[i][size + 1] += residual * x;
    }
  }
}
