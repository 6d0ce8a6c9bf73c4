package io.sluice.checkpoint;

/**
 * Weights of one feed-forward layer, neuron by neuron.
 *
 * @param reads W1, shape (F, D)
 * @param readBias b1, shape (F)
 * @param writes W2 transposed, shape (F, D)
 * @param writeBias b2, shape (D)
 */
@SuppressWarnings("ArrayRecordComponent") // large and read-only, never compared
public record FeedForwardWeights(
    float[] reads, float[] readBias, float[] writes, float[] writeBias) {
  private static final String ELASTIC = "elastic.";

  /**
   * Reads {@code fc1.weight} (F, D), {@code fc1.bias}, {@code fc2.weight} (D, F) and {@code
   * fc2.bias}.
   *
   * @param prefix of their names, such as {@code model.decoder.layers.0.}
   * @param neurons F
   * @param width D
   * @throws CheckpointException if a tensor is missing or has another shape
   */
  public static FeedForwardWeights read(
      Safetensors tensors, String prefix, int neurons, int width) {
    return new FeedForwardWeights(
        tensors.values(prefix + "fc1.weight", neurons, width),
        tensors.values(prefix + "fc1.bias", neurons),
        transposed(tensors.values(prefix + "fc2.weight", width, neurons), neurons),
        tensors.values(prefix + "fc2.bias", width));
  }

  /**
   * Reads the elastic weights of a layer from experts.safetensors.
   *
   * @param prefix of the layer, such as {@code decoder.layers.0.}
   * @return null if it has none
   * @throws CheckpointException if only some of the tensors are there, or one has another shape
   */
  public static FeedForwardWeights elastic(
      Safetensors tensors, String prefix, int neurons, int width) {
    String own = prefix + ELASTIC;
    return tensors.names().stream().anyMatch(name -> name.startsWith(own))
        ? read(tensors, own, neurons, width)
        : null;
  }

  /** Adds them to experts.safetensors as the elastic weights of a layer. */
  public void writeElastic(SafetensorsWriter writer, String prefix) {
    String own = prefix + ELASTIC;
    writer.add(own + "fc1.weight", reads, neurons(), width());
    writer.add(own + "fc1.bias", readBias, neurons());
    writer.add(own + "fc2.weight", transposed(writes, width()), width(), neurons());
    writer.add(own + "fc2.bias", writeBias, width());
  }

  /** F. */
  public int neurons() {
    return readBias.length;
  }

  /** D. */
  public int width() {
    return writeBias.length;
  }

  /** Shape (F): length of each row of W2, what an activation of 1 adds at most. */
  public float[] writeLengths() {
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
  public FeedForwardWeights permuted(int[] order) {
    int width = width();
    float[] newReads = new float[reads.length];
    float[] newWrites = new float[writes.length];
    float[] newBias = new float[readBias.length];
    for (int i = 0; i < order.length; i++) {
      System.arraycopy(reads, order[i] * width, newReads, i * width, width);
      System.arraycopy(writes, order[i] * width, newWrites, i * width, width);
      newBias[i] = readBias[order[i]];
    }
    return new FeedForwardWeights(newReads, newBias, newWrites, writeBias);
  }

  /** Rows of some width become columns. */
  private static float[] transposed(float[] matrix, int columns) {
    int rows = matrix.length / columns;
    float[] turned = new float[matrix.length];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        turned[column * rows + row] = matrix[row * columns + column];
      }
    }
    return turned;
  }
}
