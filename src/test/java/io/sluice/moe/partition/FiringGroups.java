package io.sluice.moe.partition;

import java.util.SplittableRandom;

/** Samples of neurons that fire in groups. */
final class FiringGroups {
  private FiringGroups() {}

  /**
   * At each token one group is awake; its neurons fire half of the time, others seldom. Neuron
   * {@code v} is in group {@code v % groups}.
   */
  static ActivationBits sample(int neurons, int groups, int tokens, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    ActivationBits bits = new ActivationBits(neurons, tokens);
    float[] activations = new float[neurons];
    for (int token = 0; token < tokens; token++) {
      int awake = random.nextInt(groups);
      for (int neuron = 0; neuron < neurons; neuron++) {
        double probability = neuron % groups == awake ? 0.5 : 0.05;
        activations[neuron] = random.nextDouble() < probability ? 1 : 0;
      }
      bits.add(activations, 0);
    }
    return bits;
  }

  /** What {@link PartitionMethod} needs: weights that follow the groups, and the sample. */
  static NeuronObservations layer(int neurons, int groups, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int width = 12;
    float[] directions = new float[groups * width];
    for (int i = 0; i < directions.length; i++) {
      directions[i] = (float) random.nextDouble(-1, 1);
    }
    float[] weights = new float[neurons * width];
    for (int neuron = 0; neuron < neurons; neuron++) {
      for (int k = 0; k < width; k++) {
        weights[neuron * width + k] =
            directions[neuron % groups * width + k] + (float) random.nextDouble(-0.3, 0.3);
      }
    }
    ActivationBits sample = sample(neurons, groups, 3000, seed);
    return new NeuronObservations(
        new NeuronFeatures(weights, neurons, width),
        new float[neurons],
        CoActivation.of(sample),
        sample);
  }
}
