package io.sluice.moefy;

import io.sluice.checkpoint.FeedForwardWeights;
import io.sluice.moe.partition.ActivationBits;
import io.sluice.moe.partition.CoActivation;
import io.sluice.moe.partition.ContributionSample;
import io.sluice.moe.partition.NeuronFeatures;
import io.sluice.moe.partition.NeuronObservations;
import io.sluice.moefy.ActivationRun.Tokens;

/** Collects what a cut needs to know of the neurons of one layer. Not thread-safe. */
final class NeuronStatistics {
  /** Tokens of the samples; more hardly change a cut. */
  private static final int SAMPLE = 6144;

  private final FeedForwardWeights weights;
  private final CoActivation.Counter pairs;
  private final ActivationBits bits;
  private final ContributionSample sample;
  private final double[] sums; // of each neuron's activations
  private final float[] lengths;
  private final int stride;
  private long tokens;

  /**
   * @param expected tokens that will come, about: the samples are spread over them
   */
  NeuronStatistics(FeedForwardWeights weights, long expected) {
    this.weights = weights;
    this.pairs = new CoActivation.Counter(weights.neurons());
    this.bits = new ActivationBits(weights.neurons(), SAMPLE);
    this.lengths = weights.writeLengths();
    this.sample = new ContributionSample(positive(lengths));
    this.sums = new double[weights.neurons()];
    this.stride = (int) Math.max(1, expected / SAMPLE);
  }

  /** Adds the tokens of one call. */
  void add(Tokens seen) {
    int neurons = seen.neurons();
    pairs.add(seen.activations(), seen.rows());
    for (int row = 0; row < seen.rows(); row++) {
      int from = row * neurons;
      for (int neuron = 0; neuron < neurons; neuron++) {
        sums[neuron] += seen.activations()[from + neuron];
      }
      if (tokens++ % stride == 0 && bits.add(seen.activations(), from)) {
        sample.add(seen.activations(), from);
      }
    }
  }

  /** Tokens so far. */
  long tokens() {
    return tokens;
  }

  /** What a partitioner is given. */
  NeuronObservations observations() {
    return new NeuronObservations(
        new NeuronFeatures(weights.reads(), weights.neurons(), weights.width()),
        weights.readBias(),
        pairs.result(),
        bits);
  }

  /** Contributions at the sampled tokens. */
  ContributionSample sample() {
    return sample;
  }

  /** Shape (F): mean activation times length of the neuron's row of W2. */
  double[] meanContributions() {
    double[] means = new double[sums.length];
    for (int neuron = 0; neuron < means.length; neuron++) {
      means[neuron] = sums[neuron] * lengths[neuron] / Math.max(1, tokens);
    }
    return means;
  }

  /** A neuron that writes nothing still needs a positive scale. */
  private static float[] positive(float[] lengths) {
    float[] scales = lengths.clone();
    for (int neuron = 0; neuron < scales.length; neuron++) {
      scales[neuron] = Math.max(scales[neuron], 1e-9f);
    }
    return scales;
  }
}
