package io.sluice.tensor;

/** A weight matrix W of shape (out, in), ready for products. Immutable and thread-safe. */
public interface WeightMatrix {

  /** Width of the product. */
  int out();

  /** Width of the input. */
  int in();

  /**
   * Computes {@code y = x Wᵀ}.
   *
   * @param x shape (rows, in)
   * @param rows number of rows, at least 1
   * @param y shape (rows, out), overwritten
   */
  void multiply(float[] x, int rows, float[] y);
}
