package io.sluice.model;

/**
 * Sees what flows through the decoder's feed-forward layers: for golden tests and for activation
 * statistics. The arrays belong to the model and change after the call.
 */
@FunctionalInterface
public interface ActivationListener {

  /** Sees nothing. */
  ActivationListener NONE = (layer, point, values, rows, width) -> {};

  /** Where in a layer. */
  enum Point {
    /** Input of the feed-forward part, after layer norm, width D. */
    FEED_FORWARD_INPUT,
    /** Activations of its neurons, width F. */
    FEED_FORWARD_ACTIVATION,
    /** Output of the layer, width D. */
    LAYER_OUTPUT,
    /** Output of the decoder, after the final layer norm, width D; the layer is −1. */
    DECODER_OUTPUT
  }

  /**
   * @param layer counted from 0
   * @param values shape (rows, width)
   */
  void onActivation(int layer, Point point, float[] values, int rows, int width);
}
