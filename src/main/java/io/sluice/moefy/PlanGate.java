package io.sluice.moefy;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Learns from a sentence's features what each plan is worth in one layer, by ridge regression; the
 * sum over the layers predicts what it is worth in all, and a wrong choice costs as much as it
 * loses. Pure functions.
 *
 * @param weight shape (P, features), row-major
 * @param bias shape (P)
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
record PlanGate(float[] weight, float[] bias) {
  /** Of the mean of the diagonal. */
  private static final double PENALTY = 3e-3;

  /**
   * Fits a gate.
   *
   * @param features shape (S, width)
   * @param worths shape (S, P)
   */
  static PlanGate fit(float[][] features, double[][] worths) {
    int rows = features.length;
    int width = features[0].length;
    int plans = worths[0].length;
    double[] means = new double[width];
    double[] targets = new double[plans];
    for (int s = 0; s < rows; s++) {
      for (int i = 0; i < width; i++) {
        means[i] += features[s][i] / rows;
      }
      for (int p = 0; p < plans; p++) {
        targets[p] += worths[s][p] / rows;
      }
    }
    try (INDArray x = Nd4j.create(DataType.DOUBLE, rows, width);
        INDArray y = Nd4j.create(DataType.DOUBLE, rows, plans)) {
      for (int s = 0; s < rows; s++) {
        for (int i = 0; i < width; i++) {
          x.putScalar(s, i, features[s][i] - means[i]);
        }
        for (int p = 0; p < plans; p++) {
          y.putScalar(s, p, worths[s][p] - targets[p]);
        }
      }
      INDArray system = x.transpose().mmul(x);
      double trace = Nd4j.diag(system).sumNumber().doubleValue();
      system.addi(Nd4j.eye(width).castTo(DataType.DOUBLE).muli(1e-9 + PENALTY * trace / width));
      INDArray solution = Nd4j.linalg().solve(system, x.transpose().mmul(y)); // (width, P)
      return gate(solution.toDoubleMatrix(), means, targets);
    }
  }

  private static PlanGate gate(double[][] solution, double[] means, double[] targets) {
    int width = means.length;
    float[] weight = new float[targets.length * width];
    float[] bias = new float[targets.length];
    for (int p = 0; p < targets.length; p++) {
      double shift = targets[p];
      for (int i = 0; i < width; i++) {
        weight[p * width + i] = (float) solution[i][p];
        shift -= solution[i][p] * means[i];
      }
      bias[p] = (float) shift;
    }
    return new PlanGate(weight, bias);
  }

  /**
   * Adds the scores of a sentence.
   *
   * @param sums shape (P), added to
   */
  void addScores(float[] features, double[] sums) {
    for (int p = 0; p < bias.length; p++) {
      double score = bias[p];
      for (int i = 0; i < features.length; i++) {
        score += (double) weight[p * features.length + i] * features[i];
      }
      sums[p] += score;
    }
  }
}
