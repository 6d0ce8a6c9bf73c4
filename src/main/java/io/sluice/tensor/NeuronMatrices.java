package io.sluice.tensor;

import java.util.Optional;

/**
 * The two matrices of a feed-forward layer, stored neuron by neuron: row i of W1 holds what neuron
 * i reads, row i of W2 what it writes, both of shape (F, D). Any contiguous range of neurons runs
 * as two products without a copy. Immutable and thread-safe.
 */
public interface NeuronMatrices {
  /** Follows the name of a layer in the name of the range of its activations. */
  String HIDDEN = ".hidden";

  /** Number of neurons F. */
  int neurons();

  /** Width D of the input and of the output. */
  int width();

  /**
   * Activations of a range of neurons: {@code a = max(0, x W1ᵀ + b1)}.
   *
   * @param x shape (rows, D)
   * @param rows number of rows, at least 1
   * @param first first neuron of the range
   * @param count neurons in the range, at least 1
   * @param activations shape (rows, count), overwritten
   */
  void activate(float[] x, int rows, int first, int count, float[] activations);

  /**
   * Adds what a range of neurons writes: {@code y += a W2}.
   *
   * @param activations shape (rows, count)
   * @param y shape (rows, D), added to
   */
  void accumulate(float[] activations, int rows, int first, int count, float[] y);

  /**
   * Both for some of the rows: {@code y_i += max(0, x_i W1ᵀ + b1) W2} for each member i. What is
   * added to a row does not depend on the other members, but for rounding.
   *
   * @param x shape (rows, D)
   * @param members numbers of rows, each at most once
   * @param size how many of {@code members} count, at least 1
   * @param first first neuron of the range
   * @param count neurons in the range, at least 1
   * @param y shape (rows, D), added to
   */
  void addOutputs(float[] x, int[] members, int size, int first, int count, float[] y);

  /**
   * Adds what blocks of neurons write, each row those that it chose. What is added to a row does
   * not depend on the other rows, but for rounding.
   *
   * @param x shape (rows, D)
   * @param rows number of rows, at least 1
   * @param blocks number of equal blocks into which the neurons are cut
   * @param chosen shape (rows, blocks): 1 where a row runs a block, else 0
   * @param members scratch for at least {@code rows} numbers
   * @param y shape (rows, D), added to
   */
  default void addBlocks(float[] x, int rows, int blocks, byte[] chosen, int[] members, float[] y) {
    BlockRuns.add(this, x, rows, blocks, chosen, members, y);
  }

  /**
   * Packs some blocks of neurons side by side, so that they run as a smaller layer.
   *
   * @param blocks numbers of blocks, each at most once
   * @param size neurons of a block
   * @param start what a row starts from, shape (D)
   * @return empty: this implementation would gain nothing
   */
  default Optional<NeuronBlock> pack(int[] blocks, int size, float[] start) {
    return Optional.empty();
  }
}
