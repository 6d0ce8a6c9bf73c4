package io.sluice.tensor;

/**
 * Some neurons of a feed-forward layer, packed side by side, and what a row starts from: {@code y =
 * start + max(0, x W1ᵀ + b1) W2}, one call for both products. Immutable and thread-safe.
 */
public interface NeuronBlock {

  /**
   * All rows.
   *
   * @param x shape (rows, D)
   * @param rows number of rows, at least 1
   * @param y shape (rows, D), overwritten
   */
  void apply(float[] x, int rows, float[] y);

  /**
   * Some of the rows.
   *
   * @param x shape (rows, D)
   * @param members numbers of rows, each at most once
   * @param size how many of {@code members} count, at least 1
   * @param y shape (rows, D); the rows of the members are overwritten
   */
  void apply(float[] x, int[] members, int size, float[] y);
}
