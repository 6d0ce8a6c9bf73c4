package io.sluice.moe.router;

/**
 * Several linear functions of the same features, fitted by least squares with a small ridge. Adds
 * up products only, so its size does not depend on the number of examples. Not thread-safe.
 */
final class LeastSquares {
  private final int features;
  private final int targets;
  private final double[] products; // (features + 1)², lower triangle; the last feature is 1
  private final double[] crossed; // (features + 1, targets)
  private long examples;

  LeastSquares(int features, int targets) {
    this.features = features;
    this.targets = targets;
    this.products = new double[(features + 1) * (features + 1)];
    this.crossed = new double[(features + 1) * targets];
  }

  /**
   * An example.
   *
   * @param x shape (features)
   * @param y shape (targets)
   */
  void add(float[] x, float[] y) {
    int size = features + 1;
    examples++;
    for (int i = 0; i < size; i++) {
      double left = i < features ? x[i] : 1;
      if (left == 0) {
        continue;
      }
      for (int j = 0; j <= Math.min(i, features - 1); j++) {
        products[i * size + j] += left * x[j];
      }
      if (i == features) {
        products[i * size + i]++;
      }
      for (int target = 0; target < targets; target++) {
        crossed[i * targets + target] += left * y[target];
      }
    }
  }

  /**
   * Solves.
   *
   * @param ridge added to the mean square of each feature, as a share of the mean of these squares
   * @return shape (features + 1, targets), the constants last
   */
  double[] solve(double ridge) {
    int size = features + 1;
    double[] factor = products.clone();
    double trace = 0;
    for (int i = 0; i < features; i++) {
      trace += products[i * size + i];
    }
    double added = Math.max(ridge * trace / Math.max(1, features), 1e-12 * Math.max(1, examples));
    for (int i = 0; i < size; i++) {
      factor[i * size + i] += i < features ? added : 1e-9 * Math.max(1, examples);
    }
    decompose(factor, size);
    double[] solution = crossed.clone();
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < i; j++) {
        subtract(solution, i, j, factor[i * size + j]);
      }
      divide(solution, i, factor[i * size + i]);
    }
    for (int i = size - 1; i >= 0; i--) {
      for (int j = i + 1; j < size; j++) {
        subtract(solution, i, j, factor[j * size + i]);
      }
      divide(solution, i, factor[i * size + i]);
    }
    return solution;
  }

  /** Cholesky, in place, lower triangle. */
  private static void decompose(double[] matrix, int size) {
    for (int i = 0; i < size; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = matrix[i * size + j];
        for (int m = 0; m < j; m++) {
          sum -= matrix[i * size + m] * matrix[j * size + m];
        }
        matrix[i * size + j] =
            i == j ? Math.sqrt(Math.max(sum, 1e-300)) : sum / matrix[j * size + j];
      }
    }
  }

  private void subtract(double[] solution, int row, int other, double factor) {
    for (int target = 0; target < targets; target++) {
      solution[row * targets + target] -= factor * solution[other * targets + target];
    }
  }

  private void divide(double[] solution, int row, double by) {
    for (int target = 0; target < targets; target++) {
      solution[row * targets + target] /= by;
    }
  }
}
