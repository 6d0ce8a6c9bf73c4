package io.sluice.moe;

/**
 * Weights of one feed-forward layer whose neurons lie expert by expert, the most active experts
 * first: expert e is the block of F/N neurons from e·F/N.
 *
 * @param experts N, divides F
 * @param always so many experts, from number 0, run in every mode; they count towards k
 * @param reads W1, shape (F, D), row-major
 * @param readBias b1, shape (F)
 * @param writes W2 transposed, shape (F, D), row-major
 * @param writeBias b2, shape (D)
 */
@SuppressWarnings("ArrayRecordComponent") // owned by the layer that is made of it, never compared
public record ExpertLayer(
    int experts, int always, float[] reads, float[] readBias, float[] writes, float[] writeBias) {

  public ExpertLayer {
    int neurons = readBias.length;
    if (experts < 1 || neurons % experts != 0) {
      throw new IllegalArgumentException(
          neurons + " neurons cannot be cut into " + experts + " equal experts");
    }
    if (always < 0 || always > experts) {
      throw new IllegalArgumentException(always + " of " + experts + " experts always on");
    }
    if (reads.length != neurons * writeBias.length || writes.length != reads.length) {
      throw new IllegalArgumentException(
          "%d neurons of width %d, %d and %d weights"
              .formatted(neurons, writeBias.length, reads.length, writes.length));
    }
  }

  /** F. */
  public int neurons() {
    return readBias.length;
  }

  /** D. */
  public int width() {
    return writeBias.length;
  }

  /** Neurons of one expert, F/N. */
  public int size() {
    return readBias.length / experts;
  }

  /**
   * What each expert would add to the output if its neurons had these activations.
   *
   * @param activations shape (F)
   * @return shape (N, D)
   */
  float[][] outputs(float[] activations) {
    float[][] outputs = new float[experts][width()];
    for (int neuron = 0; neuron < neurons(); neuron++) {
      float[] output = outputs[neuron / size()];
      for (int d = 0; d < output.length; d++) {
        output[d] += activations[neuron] * writes[neuron * output.length + d];
      }
    }
    return outputs;
  }
}
