package io.sluice.nn;

import io.sluice.tensor.Kernels;
import io.sluice.tensor.MatrixBackend;
import io.sluice.tensor.WeightMatrix;

/** An affine map {@code y = x Wᵀ + b}. Immutable and thread-safe. */
public final class Linear {
  private final Kernels kernels;
  private final WeightMatrix weight;
  private final float[] bias;

  /**
   * @param weight shape (out, in), row-major
   * @param bias shape (out)
   */
  public Linear(MatrixBackend backend, float[] weight, float[] bias) {
    this.kernels = backend.kernels();
    this.weight = backend.weight(weight, bias.length, weight.length / bias.length);
    this.bias = bias.clone();
  }

  /** Several maps of one input side by side: one product instead of many. */
  public static Linear stacked(MatrixBackend backend, float[][] weights, float[][] biases) {
    return new Linear(backend, concatenate(weights), concatenate(biases));
  }

  private static float[] concatenate(float[][] parts) {
    int length = 0;
    for (float[] part : parts) {
      length += part.length;
    }
    float[] whole = new float[length];
    int at = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, whole, at, part.length);
      at += part.length;
    }
    return whole;
  }

  public int out() {
    return weight.out();
  }

  public int in() {
    return weight.in();
  }

  /**
   * @param x shape (rows, in)
   * @param y shape (rows, out), overwritten
   */
  public void apply(float[] x, int rows, float[] y) {
    weight.multiply(x, rows, y);
    kernels.addBias(y, rows, bias);
  }

  /** The same, clipped at 0: {@code y = max(0, x Wᵀ + b)}. */
  public void applyRelu(float[] x, int rows, float[] y) {
    weight.multiply(x, rows, y);
    kernels.addBiasRelu(y, rows, bias);
  }

  /** The same, squashed: {@code y = tanh(x Wᵀ + b)}. */
  public void applyTanh(float[] x, int rows, float[] y) {
    apply(x, rows, y);
    kernels.tanhInPlace(y, rows * out());
  }
}
