package io.sluice.nn;

import io.sluice.tensor.Kernels;
import io.sluice.tensor.MatrixBackend;
import io.sluice.tensor.WeightMatrix;

/** An affine map {@code y = x Wᵀ + b}. Immutable and thread-safe. */
public final class Linear {
  private final Kernels kernels;
  private final WeightMatrix weight;

  /**
   * @param name of its place in the network, see {@link MatrixBackend#weight}; may be null
   * @param weight shape (out, in), row-major
   * @param bias shape (out)
   */
  public Linear(MatrixBackend backend, String name, float[] weight, float[] bias) {
    this.kernels = backend.kernels();
    this.weight = backend.weight(name, weight, bias, bias.length, weight.length / bias.length);
  }

  /** The same without a name: always in float32. */
  public Linear(MatrixBackend backend, float[] weight, float[] bias) {
    this(backend, null, weight, bias);
  }

  /** Several maps of one input side by side: one product instead of many. */
  public static Linear stacked(
      MatrixBackend backend, String name, float[][] weights, float[][] biases) {
    return new Linear(backend, name, concatenate(weights), concatenate(biases));
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
  }

  /** The same, clipped at 0: {@code y = max(0, x Wᵀ + b)}. */
  public void applyRelu(float[] x, int rows, float[] y) {
    apply(x, rows, y);
    for (int i = 0; i < rows * out(); i++) {
      y[i] = Math.max(0f, y[i]);
    }
  }

  /** The same, squashed: {@code y = tanh(x Wᵀ + b)}. */
  public void applyTanh(float[] x, int rows, float[] y) {
    apply(x, rows, y);
    kernels.tanhInPlace(y, rows * out());
  }
}
