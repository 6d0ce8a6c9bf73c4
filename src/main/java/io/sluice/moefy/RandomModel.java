package io.sluice.moefy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.checkpoint.ActivationRanges;
import io.sluice.checkpoint.ModelBundle;
import io.sluice.checkpoint.SafetensorsStream;
import io.sluice.tensor.ActivationRange;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A random model of a given shape, to measure speed and memory: its translations mean nothing. The
 * tokenizer is that of a real bundle with unused pieces behind it. Weights are drawn and written
 * piece by piece, so the model may be larger than the memory; the same seed, the same files.
 *
 * @param width D, a multiple of the heads and even
 * @param hidden F of encoder and decoder
 * @param encoderLayers layers of the encoder
 * @param decoderLayers layers of the decoder
 * @param heads H
 * @param vocabulary V, not less than that of the tokenizer
 * @param experts N of each layer of encoder and decoder, a divisor of F; 1: not cut
 * @param brain true to store the weights as bfloat16, false as float32
 * @param seed of the random numbers
 */
public record RandomModel(
    int width,
    int hidden,
    int encoderLayers,
    int decoderLayers,
    int heads,
    int vocabulary,
    int experts,
    boolean brain,
    long seed) {
  /** Shape of NLLB-200-distilled-600M. */
  public static final RandomModel NLLB_600M =
      new RandomModel(1024, 4096, 12, 12, 16, 256_206, 32, false, 1);

  private static final int GATE_WIDTH = 128;
  private static final int PIECE = 1 << 16;
  private static final ObjectMapper JSON = new ObjectMapper();

  public RandomModel {
    if (width < 2 || width % 2 != 0 || heads < 1 || width % heads != 0) {
      throw new IllegalArgumentException("the width must be even and a multiple of the heads");
    }
    if (encoderLayers < 1 || decoderLayers < 1) {
      throw new IllegalArgumentException("at least one layer of each half");
    }
    if (experts < 1 || hidden % experts != 0) {
      throw new IllegalArgumentException("the experts must divide " + hidden + " neurons");
    }
  }

  /** Values of a tensor: normally distributed around a mean. */
  @SuppressWarnings("ArrayRecordComponent") // made once and read, never compared
  private record Values(double mean, double deviation, int... shape) {}

  /**
   * Writes the bundle.
   *
   * @param like bundle whose tokenizer, calibration and special ids are taken
   * @param progress told what is being done, for people
   * @throws IllegalArgumentException if the vocabulary is too small
   */
  public void write(Path folder, ModelBundle like, Consumer<String> progress) {
    try {
      Files.createDirectories(folder);
      Files.write(folder.resolve("tokenizer.json"), JSON.writeValueAsBytes(tokenizer(like)));
      Files.write(folder.resolve("calibration.json"), like.bytes("calibration.json"));
      Files.write(folder.resolve(ActivationRanges.FILE), ActivationRanges.write(ranges()));
      tensors(folder.resolve("model.safetensors"), model(), progress);
      if (experts > 1) {
        tensors(folder.resolve("experts.safetensors"), routers(), progress);
      }
      Files.write(
          folder.resolve("config.json"),
          JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(config(like)));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + folder, e);
    }
  }

  private ObjectNode tokenizer(ModelBundle like) {
    ObjectNode tokenizer = (ObjectNode) like.json("tokenizer.json");
    ArrayNode pieces = (ArrayNode) tokenizer.path("model").path("vocab");
    if (pieces.size() > vocabulary) {
      throw new IllegalArgumentException(
          "a vocabulary of at least " + pieces.size() + ", the tokenizer's, not " + vocabulary);
    }
    for (int id = pieces.size(); id < vocabulary; id++) {
      pieces.addArray().add("\ue000" + id).add(-100.0); // a private character: in no text
    }
    return tokenizer;
  }

  private ObjectNode config(ModelBundle like) {
    ObjectNode config = (ObjectNode) like.json("config.json");
    config.put("d_model", width).put("vocab_size", vocabulary);
    config.put("encoder_layers", encoderLayers).put("decoder_layers", decoderLayers);
    config.put("encoder_attention_heads", heads).put("decoder_attention_heads", heads);
    config.put("encoder_ffn_dim", hidden).put("decoder_ffn_dim", hidden);
    config.put("torch_dtype", brain ? "bfloat16" : "float32").put("sluice_version", "random");
    config.remove("sluice_experts");
    if (experts > 1) {
      ObjectNode cut = config.putObject("sluice_experts");
      cut.put("decoder", experts).put("encoder", experts).put("always", 0);
      cut.putArray("levels").add(experts / 2);
      cut.putArray("encoder_levels").add(experts / 2);
      cut.put("gate_width", GATE_WIDTH).put("plans", 0);
    }
    return config;
  }

  private Map<String, Values> model() {
    Map<String, Values> tensors = new LinkedHashMap<>();
    tensors.put("model.shared.weight", new Values(0, 1 / Math.sqrt(width), vocabulary, width));
    for (String half : List.of("encoder", "decoder")) {
      boolean decoder = half.equals("decoder");
      for (int i = 0; i < (decoder ? decoderLayers : encoderLayers); i++) {
        String prefix = "model." + half + ".layers." + i + ".";
        attention(tensors, prefix + "self_attn");
        if (decoder) {
          attention(tensors, prefix + "encoder_attn");
        }
        norm(tensors, prefix + "final_layer_norm");
        linear(tensors, prefix + "fc1", hidden, width);
        linear(tensors, prefix + "fc2", width, hidden);
      }
      norm(tensors, "model." + half + ".layer_norm");
    }
    return tensors;
  }

  /** What bytes cover in int8: about what the normally distributed values of such a model take. */
  private Map<String, ActivationRange> ranges() {
    Map<String, ActivationRange> ranges = new TreeMap<>();
    List<String> places =
        List.of("self_attn.q_proj", "self_attn.out_proj", "feed_forward", "feed_forward.hidden");
    List<String> cross =
        List.of("encoder_attn.q_proj", "encoder_attn.k_proj", "encoder_attn.out_proj");
    for (int i = 0; i < encoderLayers; i++) {
      ranges(ranges, "encoder.layers." + i + ".", places);
    }
    for (int i = 0; i < decoderLayers; i++) {
      ranges(ranges, "decoder.layers." + i + ".", places);
      ranges(ranges, "decoder.layers." + i + ".", cross);
    }
    ranges(ranges, "", List.of("output_projection"));
    return ranges;
  }

  private static void ranges(
      Map<String, ActivationRange> ranges, String prefix, List<String> places) {
    places.forEach(
        place ->
            ranges.put(prefix + place, new ActivationRange(place.endsWith("hidden") ? 0 : -5, 5)));
  }

  private Map<String, Values> routers() {
    Map<String, Values> tensors = new LinkedHashMap<>();
    for (String half : List.of("encoder", "decoder")) {
      for (int i = 0; i < (half.equals("decoder") ? decoderLayers : encoderLayers); i++) {
        String prefix = half + ".layers." + i + ".";
        linear(tensors, prefix + "router.inner", GATE_WIDTH, width);
        linear(tensors, prefix + "router.outer", experts, GATE_WIDTH);
        tensors.put(prefix + "mean", new Values(0.1, 0, hidden));
        tensors.put(prefix + "skipped_mean", new Values(0.1, 0, 1, hidden));
      }
    }
    return tensors;
  }

  private void attention(Map<String, Values> tensors, String name) {
    norm(tensors, name + "_layer_norm");
    for (String part : List.of("q_proj", "k_proj", "v_proj", "out_proj")) {
      linear(tensors, name + "." + part, width, width);
    }
  }

  private void norm(Map<String, Values> tensors, String name) {
    tensors.put(name + ".weight", new Values(1, 0.1, width));
    tensors.put(name + ".bias", new Values(0, 0.1, width));
  }

  private static void linear(Map<String, Values> tensors, String name, int out, int in) {
    tensors.put(name + ".weight", new Values(0, 1 / Math.sqrt(in), out, in));
    tensors.put(name + ".bias", new Values(0, 0.1, out));
  }

  private void tensors(Path file, Map<String, Values> tensors, Consumer<String> progress)
      throws IOException {
    Map<String, int[]> shapes = new LinkedHashMap<>();
    tensors.forEach((name, values) -> shapes.put(name, values.shape));
    SplittableRandom random = new SplittableRandom(seed);
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
      SafetensorsStream stream = new SafetensorsStream(out, shapes, brain);
      for (Map.Entry<String, Values> entry : tensors.entrySet()) {
        Values values = entry.getValue();
        long left = 1;
        for (int size : values.shape) {
          left *= size;
        }
        for (; left > 0; left -= Math.min(left, PIECE)) {
          stream.write(piece(values, (int) Math.min(left, PIECE), random));
          progress.accept("writing " + file.getFileName() + ", " + entry.getKey());
        }
      }
    }
  }

  private static float[] piece(Values values, int length, SplittableRandom random) {
    float[] piece = new float[length];
    for (int i = 0; i < length; i++) {
      piece[i] =
          (float)
              (values.mean
                  + (values.deviation == 0 ? 0 : values.deviation * random.nextGaussian()));
    }
    return piece;
  }
}
