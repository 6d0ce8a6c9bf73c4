package io.sluice.moe.partition;

import java.util.SplittableRandom;

/**
 * Short rows that tell which neurons fire together: random projections of the firing vectors over a
 * sample of tokens. The firing vector of a neuron has the neuron's mean taken away and is scaled to
 * length 1, so the product of two rows is about the correlation of the two neurons. Pure functions.
 */
public final class FiringSignatures {
  /** Width of a signature. */
  public static final int DEFAULT_WIDTH = 128;

  private FiringSignatures() {}

  /**
   * Projects.
   *
   * @param sample some thousand tokens
   * @param width of a signature
   * @return shape (F, width); zeros for neurons that fire never or always
   */
  public static NeuronFeatures of(ActivationBits sample, int width, long seed) {
    int tokens = sample.tokens();
    SplittableRandom random = new SplittableRandom(seed);
    float scale = (float) (1 / Math.sqrt(width));
    float[] signs = new float[tokens * width];
    float[] totals = new float[width];
    for (int i = 0; i < signs.length; i++) {
      signs[i] = random.nextBoolean() ? scale : -scale;
      totals[i % width] += signs[i];
    }
    float[] signatures = new float[sample.neurons() * width];
    for (int neuron = 0; neuron < sample.neurons(); neuron++) {
      int count = sample.count(neuron);
      if (count == 0 || count == tokens) {
        continue;
      }
      int row = neuron * width;
      sample.addRows(neuron, signs, width, signatures, row);
      double share = (double) count / tokens;
      double length = Math.sqrt(count * (1 - share));
      for (int k = 0; k < width; k++) {
        signatures[row + k] = (float) ((signatures[row + k] - share * totals[k]) / length);
      }
    }
    return new NeuronFeatures(signatures, sample.neurons(), width);
  }
}
