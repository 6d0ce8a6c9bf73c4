package io.sluice.quality;

/** Ridge regression by the normal equations. */
final class Ridge {
  private Ridge() {}

  /**
   * A linear model.
   *
   * @param weights one for each column
   * @param intercept not penalised
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Fit(double[] weights, double intercept) {}

  /**
   * Fits a model.
   *
   * @param rows shape (N, F)
   * @param targets shape (N)
   * @param penalty added to the diagonal, positive
   */
  static Fit fit(double[][] rows, double[] targets, double penalty) {
    int count = rows.length;
    int size = rows[0].length;
    double[] means = new double[size + 1];
    for (int r = 0; r < count; r++) {
      for (int i = 0; i < size; i++) {
        means[i] += rows[r][i] / count;
      }
      means[size] += targets[r] / count;
    }
    double[][] system = new double[size][size + 1];
    for (int r = 0; r < count; r++) {
      for (int i = 0; i < size; i++) {
        double centred = rows[r][i] - means[i];
        for (int j = 0; j < size; j++) {
          system[i][j] += centred * (rows[r][j] - means[j]);
        }
        system[i][size] += centred * (targets[r] - means[size]);
      }
    }
    for (int i = 0; i < size; i++) {
      system[i][i] += penalty;
    }
    double[] weights = solve(system);
    double intercept = means[size];
    for (int i = 0; i < size; i++) {
      intercept -= weights[i] * means[i];
    }
    return new Fit(weights, intercept);
  }

  /**
   * Gauss elimination; the matrix is positive definite, so no pivoting is needed.
   *
   * @param system shape (F, F + 1), the right side last; overwritten
   */
  static double[] solve(double[][] system) {
    int size = system.length;
    for (int column = 0; column < size; column++) {
      for (int row = column + 1; row < size; row++) {
        double factor = system[row][column] / system[column][column];
        for (int k = column; k <= size; k++) {
          system[row][k] -= factor * system[column][k];
        }
      }
    }
    double[] solution = new double[size];
    for (int row = size - 1; row >= 0; row--) {
      double sum = system[row][size];
      for (int k = row + 1; k < size; k++) {
        sum -= system[row][k] * solution[k];
      }
      solution[row] = sum / system[row][row];
    }
    return solution;
  }
}
