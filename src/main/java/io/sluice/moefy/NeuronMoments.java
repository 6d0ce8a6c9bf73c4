package io.sluice.moefy;

import io.sluice.moefy.ActivationRun.Tokens;

/** Mean and variance of each neuron of a layer. Not thread-safe. */
final class NeuronMoments {
  private final double[] sums;
  private final double[] squares;
  private long tokens;

  NeuronMoments(int neurons) {
    this.sums = new double[neurons];
    this.squares = new double[neurons];
  }

  void add(Tokens seen) {
    tokens += seen.rows();
    for (int i = 0; i < seen.rows() * sums.length; i++) {
      double value = seen.activations()[i];
      if (value != 0) {
        sums[i % sums.length] += value;
        squares[i % sums.length] += value * value;
      }
    }
  }

  /** Shape (F): mean activations. */
  float[] means() {
    float[] means = new float[sums.length];
    for (int neuron = 0; neuron < means.length; neuron++) {
      means[neuron] = (float) (sums[neuron] / Math.max(1, tokens));
    }
    return means;
  }

  /**
   * Shape (F): variance of what each neuron adds.
   *
   * @param lengths shape (F): what an activation of 1 adds
   */
  double[] variances(float[] lengths) {
    double[] variances = new double[sums.length];
    for (int neuron = 0; neuron < variances.length; neuron++) {
      double mean = sums[neuron] / Math.max(1, tokens);
      double variance = squares[neuron] / Math.max(1, tokens) - mean * mean;
      variances[neuron] = Math.max(0, variance) * lengths[neuron] * lengths[neuron];
    }
    return variances;
  }
}
