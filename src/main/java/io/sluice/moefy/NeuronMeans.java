package io.sluice.moefy;

/** Mean activations of a layer's neurons over some tokens. Not thread-safe. */
final class NeuronMeans {
  private final double[] sums; // (F)
  private final long[] counts; // (F)

  NeuronMeans(int neurons) {
    this.sums = new double[neurons];
    this.counts = new long[neurons];
  }

  /** Adds the neurons {@code first} to {@code end} of a token. */
  void add(float[] activations, int from, int first, int end) {
    for (int neuron = first; neuron < end; neuron++) {
      sums[neuron] += activations[from + neuron];
      counts[neuron]++;
    }
  }

  /** Means, shape (F); where a neuron was seen less often than {@code least}, the other's value. */
  float[] means(int least, float[] otherwise) {
    float[] means = new float[sums.length];
    for (int neuron = 0; neuron < means.length; neuron++) {
      means[neuron] =
          counts[neuron] < least
              ? otherwise[neuron]
              : (float) (sums[neuron] / Math.max(1, counts[neuron]));
    }
    return means;
  }
}
