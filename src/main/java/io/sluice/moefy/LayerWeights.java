package io.sluice.moefy;

import io.sluice.checkpoint.Safetensors;
import io.sluice.checkpoint.TransformerConfig;
import io.sluice.moefy.ActivationRun.Half;

/**
 * Weights of one feed-forward layer, neuron by neuron.
 *
 * @param reads W1, shape (F, D)
 * @param readBias b1, shape (F)
 * @param writes W2 transposed, shape (F, D)
 * @param writeBias b2, shape (D)
 */
@SuppressWarnings("ArrayRecordComponent") // large and read-only, never compared
record LayerWeights(float[] reads, float[] readBias, float[] writes, float[] writeBias) {

  /** Reads a layer of a checkpoint. */
  static LayerWeights read(Safetensors tensors, TransformerConfig config, LayerName layer) {
    int width = config.width();
    int neurons = layer.half() == Half.ENCODER ? config.encoderHidden() : config.decoderHidden();
    String prefix = layer.weightsPrefix();
    float[] stored = tensors.values(prefix + "fc2.weight", width, neurons);
    float[] writes = new float[stored.length];
    for (int d = 0; d < width; d++) {
      for (int neuron = 0; neuron < neurons; neuron++) {
        writes[neuron * width + d] = stored[d * neurons + neuron];
      }
    }
    return new LayerWeights(
        tensors.values(prefix + "fc1.weight", neurons, width),
        tensors.values(prefix + "fc1.bias", neurons),
        writes,
        tensors.values(prefix + "fc2.bias", width));
  }

  /** F. */
  int neurons() {
    return readBias.length;
  }

  /** D. */
  int width() {
    return writeBias.length;
  }

  /** Shape (F): length of each row of W2, what an activation of 1 adds at most. */
  float[] writeLengths() {
    float[] lengths = new float[neurons()];
    for (int neuron = 0; neuron < lengths.length; neuron++) {
      double squares = 0;
      for (int d = 0; d < width(); d++) {
        double value = writes[neuron * width() + d];
        squares += value * value;
      }
      lengths[neuron] = (float) Math.sqrt(squares);
    }
    return lengths;
  }

  /** The same neurons in another order: {@code order[i]} becomes neuron i. */
  LayerWeights permuted(int[] order) {
    int width = width();
    float[] newReads = new float[reads.length];
    float[] newWrites = new float[writes.length];
    float[] newBias = new float[readBias.length];
    for (int i = 0; i < order.length; i++) {
      System.arraycopy(reads, order[i] * width, newReads, i * width, width);
      System.arraycopy(writes, order[i] * width, newWrites, i * width, width);
      newBias[i] = readBias[order[i]];
    }
    return new LayerWeights(newReads, newBias, newWrites, writeBias);
  }
}
