package io.sluice.nn;

/**
 * The position-wise feed-forward part of a layer. Dense and expert implementations have equal
 * shapes; with all experts on they are equal. Immutable and thread-safe.
 */
public interface FeedForward {

  /** Neurons F. */
  int hiddenWidth();

  /** Experts N into which the neurons are cut; 1 if they are not. */
  default int experts() {
    return 1;
  }

  /**
   * Runs the layer.
   *
   * @param x shape (rows, D)
   * @param rows number of rows, at least 1
   * @param route which experts; a dense layer runs whole whatever it says
   * @param workspace scratch memory; if it {@link Workspace#keepsHidden}, {@code Use.HIDDEN} holds
   *     the activations after a pass in mode ALL, shape (rows, F)
   * @param y shape (rows, D), overwritten
   */
  void apply(float[] x, int rows, Route route, Workspace workspace, float[] y);
}
