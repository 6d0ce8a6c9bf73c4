package io.sluice.moe.partition;

import java.util.Arrays;

/**
 * How much each neuron contributes at each token of a sample, zeros left out. Not thread-safe while
 * it grows; neurons keep their tokens in ascending order.
 */
public final class ContributionSample {
  private final float[] scales;
  private final int[][] tokensOf; // of each neuron
  private final float[][] valuesOf;
  private final int[] counts;
  private int tokens;

  /**
   * An empty sample.
   *
   * @param scales shape (F), positive: what an activation of each neuron is worth, the length of
   *     its row of W2, or 1 for the activation itself
   */
  public ContributionSample(float[] scales) {
    this.scales = scales.clone();
    this.tokensOf = new int[scales.length][16];
    this.valuesOf = new float[scales.length][16];
    this.counts = new int[scales.length];
  }

  /**
   * Adds one token.
   *
   * @param activations the token's activations begin at {@code from}, F of them, after ReLU
   */
  public void add(float[] activations, int from) {
    for (int neuron = 0; neuron < scales.length; neuron++) {
      float value = activations[from + neuron] * scales[neuron];
      if (value > 0) {
        int count = counts[neuron]++;
        if (count == tokensOf[neuron].length) {
          tokensOf[neuron] = Arrays.copyOf(tokensOf[neuron], 2 * count);
          valuesOf[neuron] = Arrays.copyOf(valuesOf[neuron], 2 * count);
        }
        tokensOf[neuron][count] = tokens;
        valuesOf[neuron][count] = value;
      }
    }
    tokens++;
  }

  /** Number of neurons F. */
  public int neurons() {
    return scales.length;
  }

  /** Tokens added so far. */
  public int tokens() {
    return tokens;
  }

  /** At how many tokens a neuron fires. */
  int count(int neuron) {
    return counts[neuron];
  }

  /** The token at which a neuron fires for the {@code index}th time. */
  int token(int neuron, int index) {
    return tokensOf[neuron][index];
  }

  float value(int neuron, int index) {
    return valuesOf[neuron][index];
  }

  /** Shape (tokens, N): the contribution of each expert. */
  double[] mass(Partition partition) {
    if (partition.neurons() != neurons()) {
      throw new IllegalArgumentException(
          "the partition is of %d neurons instead of %d".formatted(partition.neurons(), neurons()));
    }
    int experts = partition.experts();
    double[] mass = new double[Math.multiplyExact(tokens, experts)];
    for (int neuron = 0; neuron < neurons(); neuron++) {
      int expert = partition.expertOf(neuron);
      for (int i = 0; i < counts[neuron]; i++) {
        mass[tokensOf[neuron][i] * experts + expert] += valuesOf[neuron][i];
      }
    }
    return mass;
  }

  /**
   * Share of all contributions in the best k experts of each token: what an oracle captures.
   *
   * @param k experts that run, 1 to N
   * @return 0 to 1
   */
  public double captured(Partition partition, int k) {
    int experts = partition.experts();
    if (k < 1 || k > experts) {
      throw new IllegalArgumentException("%d of %d experts cannot run".formatted(k, experts));
    }
    double[] mass = mass(partition);
    double best = 0;
    for (int token = 0; token < tokens; token++) {
      double[] row = Arrays.copyOfRange(mass, token * experts, (token + 1) * experts);
      Arrays.sort(row);
      for (int rank = experts - k; rank < experts; rank++) {
        best += row[rank];
      }
    }
    double all = Arrays.stream(mass).sum();
    return all > 0 ? best / all : 1;
  }
}
