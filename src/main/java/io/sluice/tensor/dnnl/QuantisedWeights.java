package io.sluice.tensor.dnnl;

import io.sluice.tensor.Quantisation;

/**
 * Weights as signed bytes, one scale for each output: {@code w ≈ q · scale}. Symmetric, so that
 * only the zero of the rows needs a correction, which is part of the bias.
 *
 * @param values in the order of the weights
 * @param scales shape (out)
 */
@SuppressWarnings("ArrayRecordComponent") // made once, never compared
record QuantisedWeights(byte[] values, float[] scales) {
  private static final int LARGEST = 127;

  /** Weights below this add nothing that float32 shows; a scale made of them would overflow. */
  private static final float NEGLIGIBLE = 1e-20f;

  /**
   * @param weights shape (out, in), row-major
   */
  static QuantisedWeights byRow(float[] weights, int out, int in) {
    return quantise(weights, out, out, in, true);
  }

  /**
   * @param weights shape (in, out), row-major
   */
  static QuantisedWeights byColumn(float[] weights, int in, int out) {
    return quantise(weights, out, in, out, false);
  }

  private static QuantisedWeights quantise(
      float[] weights, int out, int rows, int columns, boolean byRow) {
    float[] scales = new float[out];
    for (int row = 0, at = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++, at++) {
        int channel = byRow ? row : column;
        scales[channel] = Math.max(scales[channel], Math.abs(weights[at]));
      }
    }
    for (int channel = 0; channel < out; channel++) {
      if (!Float.isFinite(scales[channel])) {
        throw new IllegalArgumentException("weights of output " + channel + " are not finite");
      }
      scales[channel] = scales[channel] < NEGLIGIBLE ? 1f : scales[channel] / LARGEST;
    }
    byte[] values = new byte[weights.length];
    for (int row = 0, at = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++, at++) {
        values[at] = (byte) Math.rint(weights[at] / scales[byRow ? row : column]);
      }
    }
    return new QuantisedWeights(values, scales);
  }

  /**
   * The bias in units of the integer product, with the correction for rows whose zero is not 0.
   * Only where values lie row by row, shape (out, in).
   *
   * @param bias shape (out); null: none
   * @param rows how the rows are quantised
   */
  float[] integerBias(float[] bias, Quantisation rows) {
    int out = scales.length;
    int in = values.length / out;
    float[] result = new float[out];
    for (int channel = 0; channel < out; channel++) {
      int sum = 0;
      for (int i = 0; i < in; i++) {
        sum += values[channel * in + i];
      }
      double own = bias == null ? 0 : bias[channel] / ((double) rows.scale() * scales[channel]);
      result[channel] = (float) (own - (double) rows.zero() * sum);
    }
    return result;
  }

  /** Scales of the products. */
  float[] productScales(float rowScale) {
    float[] result = scales.clone();
    for (int channel = 0; channel < result.length; channel++) {
      result[channel] *= rowScale;
    }
    return result;
  }
}
