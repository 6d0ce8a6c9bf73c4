package io.sluice.moe.partition;

/**
 * One row of numbers for each neuron, by which neurons are compared. Immutable; nobody writes to
 * the array.
 *
 * @param values shape (F, width)
 * @param neurons number of rows F
 * @param width numbers of a row
 */
@SuppressWarnings("ArrayRecordComponent") // large and read-only, never compared
public record NeuronFeatures(float[] values, int neurons, int width) {

  /**
   * Checks the shape.
   *
   * @throws IllegalArgumentException if the array has another size
   */
  public NeuronFeatures {
    if (neurons < 1 || width < 1 || values.length != (long) neurons * width) {
      throw new IllegalArgumentException(
          "%d values are not %d rows of %d".formatted(values.length, neurons, width));
    }
  }

  float value(int neuron, int k) {
    return values[neuron * width + k];
  }

  /** Every row divided by its length; rows of zeros stay. */
  public NeuronFeatures normalised() {
    float[] scaled = new float[values.length];
    for (int neuron = 0; neuron < neurons; neuron++) {
      double squares = 0;
      for (int k = 0; k < width; k++) {
        squares += (double) value(neuron, k) * value(neuron, k);
      }
      double factor = squares > 0 ? 1 / Math.sqrt(squares) : 0;
      for (int k = 0; k < width; k++) {
        scaled[neuron * width + k] = (float) (value(neuron, k) * factor);
      }
    }
    return new NeuronFeatures(scaled, neurons, width);
  }

  /**
   * These numbers, then those.
   *
   * @param scale by which the others are multiplied
   */
  public NeuronFeatures append(NeuronFeatures other, double scale) {
    if (other.neurons != neurons) {
      throw new IllegalArgumentException(
          "cannot join rows of %d and %d neurons".formatted(neurons, other.neurons));
    }
    int joinedWidth = width + other.width;
    float[] joined = new float[neurons * joinedWidth];
    for (int neuron = 0; neuron < neurons; neuron++) {
      System.arraycopy(values, neuron * width, joined, neuron * joinedWidth, width);
      for (int k = 0; k < other.width; k++) {
        joined[neuron * joinedWidth + width + k] = (float) (other.value(neuron, k) * scale);
      }
    }
    return new NeuronFeatures(joined, neurons, joinedWidth);
  }

  /** Only these neurons, in this order: what is left when an always-on block is taken. */
  public NeuronFeatures restrictedTo(int[] kept) {
    float[] part = new float[kept.length * width];
    for (int i = 0; i < kept.length; i++) {
      System.arraycopy(values, kept[i] * width, part, i * width, width);
    }
    return new NeuronFeatures(part, kept.length, width);
  }
}
