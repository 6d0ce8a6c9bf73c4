package io.sluice.nn;

import io.sluice.tensor.Kernels;

/** Layer normalisation (Ba et al. 2016), epsilon 1e-5. Immutable and thread-safe. */
public final class LayerNorm {
  private static final float EPSILON = 1e-5f;

  private final Kernels kernels;
  private final float[] gain;
  private final float[] bias;

  /**
   * @param gain shape (D)
   * @param bias shape (D)
   */
  public LayerNorm(Kernels kernels, float[] gain, float[] bias) {
    this.kernels = kernels;
    this.gain = gain.clone();
    this.bias = bias.clone();
  }

  /**
   * @param x shape (rows, D)
   * @param y shape (rows, D), may be {@code x}
   */
  public void apply(float[] x, int rows, float[] y) {
    kernels.layerNorm(x, rows, gain, bias, EPSILON, y);
  }
}
