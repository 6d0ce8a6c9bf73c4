package io.sluice.tensor;

/**
 * A weight matrix W of shape (out, in), with a bias where there is one, ready for products.
 * Immutable and thread-safe. A matrix that a {@link MatrixBackend} made is freed with it, one that
 * {@link #rows} made by its caller.
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
   * Some values of one row's product, as far as rounding allows: {@code y_i = (x Wᵀ + b)_ids_i}.
   * For few; the products of a row depend on nothing but that row.
   *
   * @param x shape (rows, in)
   * @param row number of the row
   * @param ids rows of this matrix, shape (n)
   * @param y receives n values from {@code to}
   */
  void multiplySome(float[] x, int row, int[] ids, float[] y, int to);

  /**
   * The matrix of some of the rows, for products with a part of a vocabulary. Its products are
   * those of the whole matrix as far as rounding allows.
   *
   * @param ids rows of this matrix, shape (n), n at least 1, in the order of the new matrix
   * @return shape (n, in); the caller closes it
   */
  WeightMatrix rows(int[] ids);

  /** Frees native memory; no product may follow. Closing twice does nothing. */
  @Override
  void close();
}
