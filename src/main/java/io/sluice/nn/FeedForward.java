package io.sluice.nn;

/**
 * The position-wise feed-forward part of a layer. Dense and expert implementations have equal
 * shapes; with all experts on they are equal. Immutable and thread-safe.
 */
public interface FeedForward {

  /** Neurons F: the width of {@code hidden}. */
  int hiddenWidth();

  /**
   * @param x shape (rows, D)
   * @param rows number of rows
   * @param hidden shape (rows, F), scratch; afterwards the activations
   * @param y shape (rows, D), overwritten
   */
  void apply(float[] x, int rows, float[] hidden, float[] y);
}
