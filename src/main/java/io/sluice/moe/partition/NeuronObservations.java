package io.sluice.moe.partition;

/**
 * What is known about the neurons of one layer. Nobody writes to the arrays.
 *
 * @param weights rows of W1: what each neuron looks for, shape (F, D)
 * @param bias b1, shape (F)
 * @param coActivation how often pairs fired together
 * @param sample when neurons fired, over some thousand tokens
 */
@SuppressWarnings("ArrayRecordComponent") // large and read-only, never compared
public record NeuronObservations(
    NeuronFeatures weights, float[] bias, CoActivation coActivation, ActivationBits sample) {

  /**
   * Checks that all are of the same neurons.
   *
   * @throws IllegalArgumentException if not
   */
  public NeuronObservations {
    int neurons = weights.neurons();
    if (bias.length != neurons
        || coActivation.neurons() != neurons
        || sample.neurons() != neurons) {
      throw new IllegalArgumentException(
          "weights of %d neurons, bias of %d, pairs of %d, sample of %d"
              .formatted(neurons, bias.length, coActivation.neurons(), sample.neurons()));
    }
  }

  /** Number of neurons F. */
  public int neurons() {
    return weights.neurons();
  }
}
