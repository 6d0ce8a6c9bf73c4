package io.sluice.moefy;

import io.sluice.checkpoint.FeedForwardWeights;
import io.sluice.checkpoint.Safetensors;
import io.sluice.checkpoint.TransformerConfig;
import io.sluice.moefy.ActivationRun.Half;
import io.sluice.moefy.ActivationRun.Tokens;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A feed-forward layer of a model.
 *
 * @param half encoder or decoder
 * @param index counted from 0 in its half
 */
public record LayerName(Half half, int index) {

  /** All layers of a model: the encoder's, then the decoder's. */
  public static List<LayerName> all(TransformerConfig config) {
    List<LayerName> names = new ArrayList<>();
    for (int i = 0; i < config.encoderLayers(); i++) {
      names.add(new LayerName(Half.ENCODER, i));
    }
    for (int i = 0; i < config.decoderLayers(); i++) {
      names.add(new LayerName(Half.DECODER, i));
    }
    return names;
  }

  /** The layer that was seen. */
  static LayerName of(Tokens tokens) {
    return new LayerName(tokens.half(), tokens.layer());
  }

  /** In files of experts: {@code decoder.layers.0.}. */
  public String prefix() {
    return half.name().toLowerCase(Locale.ROOT) + ".layers." + index + ".";
  }

  /** In model.safetensors: {@code model.decoder.layers.0.}. */
  public String weightsPrefix() {
    return "model." + prefix();
  }

  /** The model's own weights of this layer, from model.safetensors. */
  FeedForwardWeights weights(Safetensors tensors, TransformerConfig config) {
    return FeedForwardWeights.read(tensors, weightsPrefix(), neurons(config), config.width());
  }

  /** Its elastic weights, from experts.safetensors; null if it has none. */
  FeedForwardWeights elastic(Safetensors experts, TransformerConfig config) {
    return FeedForwardWeights.elastic(experts, prefix(), neurons(config), config.width());
  }

  private int neurons(TransformerConfig config) {
    return half == Half.ENCODER ? config.encoderHidden() : config.decoderHidden();
  }

  @Override
  public String toString() {
    return half.name().toLowerCase(Locale.ROOT) + " " + index;
  }
}
