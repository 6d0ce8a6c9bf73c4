package io.sluice.model;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.checkpoint.CheckpointException;
import io.sluice.checkpoint.ExpertsConfig;
import io.sluice.checkpoint.FeedForwardWeights;
import io.sluice.checkpoint.ModelBundle;
import io.sluice.checkpoint.Safetensors;
import io.sluice.checkpoint.TransformerConfig;
import io.sluice.nn.Attention;
import io.sluice.nn.DenseFeedForward;
import io.sluice.nn.Embedding;
import io.sluice.nn.LayerNorm;
import io.sluice.nn.Linear;
import io.sluice.tensor.MatrixBackend;
import java.util.ArrayList;
import java.util.List;

/** Builds a {@link Transformer} from the standard tensor names of a Hugging Face checkpoint. */
public final class TransformerLoader {
  private final TransformerConfig config;
  private final Safetensors tensors;
  private final MatrixBackend backend;

  private final ExpertsConfig cut;
  private final ExpertLoader experts; // null: not cut

  private TransformerLoader(
      TransformerConfig config,
      Safetensors tensors,
      ExpertsConfig cut,
      ExpertLoader experts,
      MatrixBackend backend) {
    this.config = config;
    this.tensors = tensors;
    this.cut = cut;
    this.experts = experts;
    this.backend = backend;
  }

  /**
   * Loads config.json, model.safetensors and, if the model is cut into experts, its files of
   * experts.
   *
   * @throws CheckpointException if a tensor is missing or has another shape than config.json says
   */
  public static Transformer load(ModelBundle bundle, MatrixBackend backend) {
    return load(bundle, backend, RouterChoice.TRAINED);
  }

  /** The same with other routers. */
  public static Transformer load(ModelBundle bundle, MatrixBackend backend, RouterChoice routers) {
    JsonNode json = bundle.json("config.json");
    ExpertsConfig cut = ExpertsConfig.read(json);
    return new TransformerLoader(
            TransformerConfig.read(json),
            bundle.tensors("model.safetensors"),
            cut,
            cut.sets().isEmpty() ? null : new ExpertLoader(bundle, cut, backend, routers),
            backend)
        .build();
  }

  private Transformer build() {
    int d = config.width();
    Embedding embedding =
        new Embedding(
            backend,
            tensors.values("model.shared.weight", config.vocabulary(), d),
            config.vocabulary(),
            d,
            config.scaleEmbedding());
    List<Encoder.Layer> encoderLayers = new ArrayList<>();
    for (int i = 0; i < config.encoderLayers(); i++) {
      String prefix = "model.encoder.layers." + i + ".";
      encoderLayers.add(
          new Encoder.Layer(
              norm(prefix + "self_attn_layer_norm"),
              stacked(prefix + "self_attn.", "q_proj", "k_proj", "v_proj"),
              linear(prefix + "self_attn.out_proj", d, d),
              norm(prefix + "final_layer_norm"),
              cut.encoder() > 1
                  ? experts.encoderLayer(i, weights(prefix, config.encoderHidden()))
                  : feedForward(prefix, config.encoderHidden())));
    }
    List<Decoder.Layer> decoderLayers = new ArrayList<>();
    for (int i = 0; i < config.decoderLayers(); i++) {
      String prefix = "model.decoder.layers." + i + ".";
      decoderLayers.add(
          new Decoder.Layer(
              norm(prefix + "self_attn_layer_norm"),
              stacked(prefix + "self_attn.", "q_proj", "k_proj", "v_proj"),
              linear(prefix + "self_attn.out_proj", d, d),
              norm(prefix + "encoder_attn_layer_norm"),
              linear(prefix + "encoder_attn.q_proj", d, d),
              stacked(prefix + "encoder_attn.", "k_proj", "v_proj"),
              linear(prefix + "encoder_attn.out_proj", d, d),
              norm(prefix + "final_layer_norm"),
              cut.decoder() > 1
                  ? experts.decoderLayer(i, weights(prefix, config.decoderHidden()))
                  : feedForward(prefix, config.decoderHidden())));
    }
    return new Transformer(
        config,
        cut,
        new Encoder(
            embedding,
            encoderLayers,
            norm("model.encoder.layer_norm"),
            new Attention(backend.kernels(), config.encoderHeads(), d / config.encoderHeads())),
        new Decoder(embedding, decoderLayers, norm("model.decoder.layer_norm"), decoderAttention()),
        tensors.parameters(),
        digest(),
        tensors.storedType(),
        backend);
  }

  /** In int8 the caches are kept in 16 bits; in float32 nothing is rounded. */
  private Attention decoderAttention() {
    int headWidth = config.width() / config.decoderHeads();
    boolean pairs = headWidth % 2 == 0 && backend.precision().equals("int8");
    return new Attention(backend.kernels(), config.decoderHeads(), headWidth, pairs);
  }

  /**
   * Of all files of weights, so that a result's digest names routers, plans and elastic weights
   * too.
   */
  private String digest() {
    return experts == null ? tensors.digest() : tensors.digest() + "+" + experts.digest();
  }

  private LayerNorm norm(String name) {
    return new LayerNorm(
        backend.kernels(),
        tensors.values(name + ".weight", config.width()),
        tensors.values(name + ".bias", config.width()));
  }

  private Linear linear(String name, int out, int in) {
    return new Linear(
        backend,
        place(name),
        tensors.values(name + ".weight", out, in),
        tensors.values(name + ".bias", out));
  }

  private Linear stacked(String prefix, String... names) {
    float[][] weights = new float[names.length][];
    float[][] biases = new float[names.length][];
    for (int i = 0; i < names.length; i++) {
      weights[i] = tensors.values(prefix + names[i] + ".weight", config.width(), config.width());
      biases[i] = tensors.values(prefix + names[i] + ".bias", config.width());
    }
    return Linear.stacked(backend, place(prefix + names[0]), weights, biases);
  }

  private FeedForwardWeights weights(String prefix, int hidden) {
    return FeedForwardWeights.read(tensors, prefix, hidden, config.width());
  }

  private DenseFeedForward feedForward(String prefix, int hidden) {
    FeedForwardWeights weights = weights(prefix, hidden);
    return new DenseFeedForward(
        backend,
        place(prefix + "feed_forward"),
        weights.reads(),
        weights.readBias(),
        weights.writes(),
        weights.writeBias());
  }

  /** The same place has the same name whether its layer is cut into experts or not. */
  private static String place(String name) {
    return name.substring("model.".length());
  }
}
