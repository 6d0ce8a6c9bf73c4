package io.sluice.tensor;

/**
 * A weight matrix W of shape (out, in), with a bias where there is one, ready for products.
 * Immutable and thread-safe.
 */
public interface WeightMatrix extends AutoCloseable {

  /** Width of the product. */
  int out();

  /** Width of the input. */
  int in();

  /**
   * Computes {@code y = x Wᵀ + b}.
   *
   * @param x shape (rows, in)
   * @param rows number of rows, at least 1
   * @param y shape (rows, out), overwritten
   */
  void multiply(float[] x, int rows, float[] y);

  /**
   * The matrix of some rows of W only, in the order given.
   *
   * @param ids rows of W, at least one
   * @return owned by the caller, who closes it; used by one thread at a time
   */
  WeightMatrix rows(int[] ids);

  /** Frees what this matrix holds; one that a backend made lives as long as the backend. */
  @Override
  void close();
}
