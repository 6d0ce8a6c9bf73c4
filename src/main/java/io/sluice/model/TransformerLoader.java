package io.sluice.model;

import io.sluice.checkpoint.CheckpointException;
import io.sluice.checkpoint.ModelBundle;
import io.sluice.checkpoint.Safetensors;
import io.sluice.checkpoint.TransformerConfig;
import io.sluice.nn.Attention;
import io.sluice.nn.DenseFeedForward;
import io.sluice.nn.Embedding;
import io.sluice.nn.LayerNorm;
import io.sluice.nn.Linear;
import io.sluice.tensor.MatrixBackend;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** Builds a {@link Transformer} from the standard tensor names of a Hugging Face checkpoint. */
public final class TransformerLoader {
  private final TransformerConfig config;
  private final Safetensors tensors;
  private final MatrixBackend backend;

  private TransformerLoader(TransformerConfig config, Safetensors tensors, MatrixBackend backend) {
    this.config = config;
    this.tensors = tensors;
    this.backend = backend;
  }

  /**
   * Loads config.json and model.safetensors.
   *
   * @throws CheckpointException if a tensor is missing or has another shape than config.json says
   */
  public static Transformer load(ModelBundle bundle, MatrixBackend backend) {
    TransformerConfig config = TransformerConfig.read(bundle.json("config.json"));
    try (InputStream in = bundle.open("model.safetensors")) {
      Safetensors tensors = Safetensors.read(in, "model.safetensors");
      return new TransformerLoader(config, tensors, backend).build();
    } catch (IOException e) {
      throw new CheckpointException("cannot read model.safetensors of the model " + bundle, e);
    }
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
              feedForward(prefix, config.encoderHidden())));
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
              feedForward(prefix, config.decoderHidden())));
    }
    long parameters = 0;
    for (String name : tensors.names()) {
      parameters += tensors.find(name).values().length;
    }
    return new Transformer(
        config,
        new Encoder(
            embedding,
            encoderLayers,
            norm("model.encoder.layer_norm"),
            new Attention(config.encoderHeads(), d / config.encoderHeads())),
        new Decoder(
            embedding,
            decoderLayers,
            norm("model.decoder.layer_norm"),
            new Attention(config.decoderHeads(), d / config.decoderHeads())),
        parameters,
        tensors.digest(),
        tensors.storedType(),
        backend);
  }

  private LayerNorm norm(String name) {
    return new LayerNorm(
        tensors.values(name + ".weight", config.width()),
        tensors.values(name + ".bias", config.width()));
  }

  private Linear linear(String name, int out, int in) {
    return new Linear(
        backend, tensors.values(name + ".weight", out, in), tensors.values(name + ".bias", out));
  }

  private Linear stacked(String prefix, String... names) {
    float[][] weights = new float[names.length][];
    float[][] biases = new float[names.length][];
    for (int i = 0; i < names.length; i++) {
      weights[i] = tensors.values(prefix + names[i] + ".weight", config.width(), config.width());
      biases[i] = tensors.values(prefix + names[i] + ".bias", config.width());
    }
    return Linear.stacked(backend, weights, biases);
  }

  private DenseFeedForward feedForward(String prefix, int hidden) {
    return new DenseFeedForward(
        linear(prefix + "fc1", hidden, config.width()),
        linear(prefix + "fc2", config.width(), hidden));
  }
}
