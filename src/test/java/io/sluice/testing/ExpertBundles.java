package io.sluice.testing;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.checkpoint.ExpertSet;
import io.sluice.checkpoint.ModelBundle;
import io.sluice.checkpoint.Safetensors;
import io.sluice.checkpoint.Safetensors.Tensor;
import io.sluice.checkpoint.SafetensorsWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;

/**
 * Makes expert bundles in a folder: the bundled model, or a small random one, with its neurons as
 * they lie, random routers and plans, and small random means.
 */
public final class ExpertBundles {
  private static final String EXPERTS = "experts.safetensors";
  private static final String ELASTIC = "elastic.";
  private static final int BUNDLED_DECODER_LAYERS = 3;
  private static final int BUNDLED_ENCODER_LAYERS = 5;

  private ExpertBundles() {}

  /**
   * How a model is cut.
   *
   * @param decoder experts of a decoder layer
   * @param encoder experts of an encoder layer
   * @param always decoder experts that always run
   * @param levels numbers of decoder experts with means of their own
   * @param gateWidth hidden width of the routers
   * @param plans plans of a decoder layer
   */
  public record Cut(
      int decoder, int encoder, int always, List<Integer> levels, int gateWidth, int plans) {

    /** Thirty-two and sixteen experts, eight plans. */
    public static final Cut BUNDLED = new Cut(32, 16, 0, List.of(4, 8, 16, 24), 64, 8);

    /** For {@link Sizes#ODD}. */
    public static final Cut ODD = new Cut(7, 3, 1, List.of(2, 5), 5, 3);
  }

  /**
   * Sizes of a random model: the vocabulary is that of the bundled tokenizer.
   *
   * @param width D, even
   * @param heads divide D
   * @param decoderHidden F of the decoder
   * @param encoderHidden F of the encoder
   */
  public record Sizes(
      int width,
      int heads,
      int decoderLayers,
      int encoderLayers,
      int decoderHidden,
      int encoderHidden,
      int vocabulary) {

    /** No power of two among them. */
    public static final Sizes ODD = new Sizes(18, 3, 2, 1, 35, 21, 8259);
  }

  /** The bundled model's weights, cut. */
  public static ModelBundle ofBundledModel(Path folder, Cut cut, long seed) throws IOException {
    for (String file : List.of("tokenizer.json", "calibration.json", "model.safetensors")) {
      Files.write(folder.resolve(file), ModelBundle.bundled().bytes(file));
    }
    ObjectNode config = (ObjectNode) ModelBundle.bundled().json("config.json");
    Sizes sizes =
        new Sizes(
            config.path("d_model").asInt(),
            config.path("decoder_attention_heads").asInt(),
            BUNDLED_DECODER_LAYERS,
            BUNDLED_ENCODER_LAYERS,
            config.path("decoder_ffn_dim").asInt(),
            config.path("encoder_ffn_dim").asInt(),
            config.path("vocab_size").asInt());
    return cut(folder, config, sizes, cut, seed);
  }

  /** A random ReLU model, cut; its translations mean nothing. */
  public static ModelBundle random(Path folder, Sizes sizes, Cut cut, long seed)
      throws IOException {
    for (String file : List.of("tokenizer.json", "calibration.json")) {
      Files.write(folder.resolve(file), ModelBundle.bundled().bytes(file));
    }
    ObjectNode config = (ObjectNode) ModelBundle.bundled().json("config.json");
    config.put("d_model", sizes.width);
    config.put("decoder_layers", sizes.decoderLayers).put("encoder_layers", sizes.encoderLayers);
    config.put("decoder_attention_heads", sizes.heads);
    config.put("encoder_attention_heads", sizes.heads);
    config.put("decoder_ffn_dim", sizes.decoderHidden).put("encoder_ffn_dim", sizes.encoderHidden);
    config.put("vocab_size", sizes.vocabulary);
    write(folder.resolve("model.safetensors"), model(sizes, new Random(seed)));
    return cut(folder, config, sizes, cut, seed + 1);
  }

  /** The same folder without experts: the dense model that they are cut from. */
  public static ModelBundle dense(Path cut, Path folder) throws IOException {
    for (String file : List.of("tokenizer.json", "calibration.json", "model.safetensors")) {
      Files.copy(cut.resolve(file), folder.resolve(file));
    }
    ObjectNode config = (ObjectNode) ModelBundle.of(cut).json("config.json");
    config.remove("sluice_experts");
    Files.writeString(folder.resolve("config.json"), config.toString());
    return ModelBundle.of(folder);
  }

  /** Adds random elastic weights of every layer to experts.safetensors. */
  public static void addElastic(Path folder, Sizes sizes, long seed) throws IOException {
    Random random = new Random(seed);
    Map<String, Tensor> tensors = tensors(folder.resolve(EXPERTS));
    SafetensorsWriter elastic = new SafetensorsWriter();
    for (String half : List.of("encoder", "decoder")) {
      boolean decoder = half.equals("decoder");
      int hidden = decoder ? sizes.decoderHidden : sizes.encoderHidden;
      for (int i = 0; i < (decoder ? sizes.decoderLayers : sizes.encoderLayers); i++) {
        String prefix = half + ".layers." + i + "." + ELASTIC;
        linear(elastic, prefix + "fc1", hidden, sizes.width, random);
        linear(elastic, prefix + "fc2", sizes.width, hidden, random);
      }
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    elastic.write(bytes);
    tensors.putAll(tensors(bytes.toByteArray()));
    write(folder.resolve(EXPERTS), tensors);
  }

  /**
   * Makes the experts of another folder, of the same model, the upper set of this.
   *
   * @param bound more experts than this of a layer run with them
   */
  public static void addUpper(Path folder, Path other, int bound) throws IOException {
    Files.copy(other.resolve(EXPERTS), folder.resolve(ExpertSet.UPPER.file()));
    ObjectNode config = (ObjectNode) ModelBundle.of(folder).json("config.json");
    ((ObjectNode) config.get("sluice_experts")).put("upper", bound);
    Files.writeString(folder.resolve("config.json"), config.toString());
  }

  /** Adds elastic weights that equal the model's own. */
  public static void addOwnAsElastic(Path folder) throws IOException {
    Map<String, Tensor> experts = tensors(folder.resolve(EXPERTS));
    tensors(folder.resolve("model.safetensors"))
        .forEach(
            (name, tensor) -> {
              if (name.contains(".fc")) {
                experts.put(
                    name.substring("model.".length()).replace("fc", ELASTIC + "fc"), tensor);
              }
            });
    write(folder.resolve(EXPERTS), experts);
  }

  /**
   * A bundle in another folder whose own weights are the elastic ones of this; it has no others.
   */
  public static ModelBundle elasticAsOwn(Path elastic, Path folder) throws IOException {
    for (String file : List.of("tokenizer.json", "calibration.json", "config.json")) {
      Files.copy(elastic.resolve(file), folder.resolve(file));
    }
    Map<String, Tensor> own = tensors(elastic.resolve("model.safetensors"));
    Map<String, Tensor> experts = tensors(elastic.resolve(EXPERTS));
    for (String name : List.copyOf(experts.keySet())) {
      if (name.contains("." + ELASTIC)) {
        own.put("model." + name.replace(ELASTIC, ""), experts.remove(name));
      }
    }
    write(folder.resolve("model.safetensors"), own);
    write(folder.resolve(EXPERTS), experts);
    return ModelBundle.of(folder);
  }

  /** Writes experts.safetensors again with only the tensors that are kept. */
  public static void keep(Path folder, Predicate<String> kept) throws IOException {
    Map<String, Tensor> tensors = tensors(folder.resolve(EXPERTS));
    tensors.keySet().removeIf(kept.negate());
    write(folder.resolve(EXPERTS), tensors);
  }

  /** Writes experts.safetensors again with one tensor replaced. */
  public static void replace(Path folder, String tensor, float[] values, int... shape)
      throws IOException {
    Map<String, Tensor> tensors = tensors(folder.resolve(EXPERTS));
    tensors.put(tensor, new Tensor(shape, values));
    write(folder.resolve(EXPERTS), tensors);
  }

  private static Map<String, Tensor> tensors(Path file) throws IOException {
    return tensors(Files.readAllBytes(file));
  }

  private static Map<String, Tensor> tensors(byte[] file) {
    Safetensors all = Safetensors.read(new ByteArrayInputStream(file), "tensors");
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    all.names().forEach(name -> tensors.put(name, all.find(name)));
    return tensors;
  }

  private static void write(Path file, Map<String, Tensor> tensors) throws IOException {
    SafetensorsWriter writer = new SafetensorsWriter();
    tensors.forEach((name, tensor) -> writer.add(name, tensor.values(), tensor.shape()));
    write(file, writer);
  }

  private static ModelBundle cut(Path folder, ObjectNode config, Sizes sizes, Cut cut, long seed)
      throws IOException {
    ObjectNode json = config.putObject("sluice_experts");
    json.put("decoder", cut.decoder).put("encoder", cut.encoder).put("always", cut.always);
    ArrayNode levels = json.putArray("levels");
    cut.levels.forEach(levels::add);
    json.putArray("encoder_levels").add(1);
    json.put("gate_width", cut.gateWidth).put("plans", cut.plans);
    Files.writeString(
        folder.resolve("config.json"),
        new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(config));
    Random random = new Random(seed);
    SafetensorsWriter writer = new SafetensorsWriter();
    for (int layer = 0; layer < sizes.encoderLayers && cut.encoder > 1; layer++) {
      layer(
          writer,
          "encoder.layers." + layer + ".",
          cut.encoder,
          1,
          sizes.encoderHidden,
          sizes.width,
          cut.gateWidth,
          0,
          random);
    }
    for (int layer = 0; layer < sizes.decoderLayers && cut.decoder > 1; layer++) {
      layer(
          writer,
          "decoder.layers." + layer + ".",
          cut.decoder,
          cut.levels.size(),
          sizes.decoderHidden,
          sizes.width,
          cut.gateWidth,
          cut.plans,
          random);
    }
    write(folder.resolve(EXPERTS), writer);
    return ModelBundle.of(folder);
  }

  private static void layer(
      SafetensorsWriter writer,
      String prefix,
      int experts,
      int levels,
      int neurons,
      int width,
      int gate,
      int plans,
      Random random) {
    float inner = (float) (1 / Math.sqrt(width));
    float outer = (float) (1 / Math.sqrt(gate));
    writer.add(prefix + "router.inner.weight", normal(random, gate * width, inner), gate, width);
    writer.add(prefix + "router.inner.bias", normal(random, gate, inner), gate);
    writer.add(
        prefix + "router.outer.weight", normal(random, experts * gate, outer), experts, gate);
    writer.add(prefix + "router.outer.bias", normal(random, experts, outer), experts);
    writer.add(prefix + "mean", means(random, neurons), neurons);
    writer.add(prefix + "skipped_mean", means(random, levels * neurons), levels, neurons);
    if (plans > 0) {
      writer.add(prefix + "plan.order", orders(random, plans, experts), plans, experts);
      writer.add(
          prefix + "plan.gate.weight", normal(random, plans * 3 * width, inner), plans, 3 * width);
      writer.add(prefix + "plan.gate.bias", normal(random, plans, inner), plans);
      writer.add(prefix + "plan.mean", means(random, plans * neurons), plans, neurons);
    }
  }

  private static SafetensorsWriter model(Sizes sizes, Random random) {
    int d = sizes.width;
    SafetensorsWriter writer = new SafetensorsWriter();
    float scale = (float) (1 / Math.sqrt(d));
    writer.add(
        "model.shared.weight", normal(random, sizes.vocabulary * d, scale), sizes.vocabulary, d);
    for (String half : List.of("encoder", "decoder")) {
      boolean decoder = half.equals("decoder");
      int hidden = decoder ? sizes.decoderHidden : sizes.encoderHidden;
      for (int i = 0; i < (decoder ? sizes.decoderLayers : sizes.encoderLayers); i++) {
        String prefix = "model." + half + ".layers." + i + ".";
        attention(writer, prefix + "self_attn", d, random);
        if (decoder) {
          attention(writer, prefix + "encoder_attn", d, random);
        }
        norm(writer, prefix + "final_layer_norm", d, random);
        linear(writer, prefix + "fc1", hidden, d, random);
        linear(writer, prefix + "fc2", d, hidden, random);
      }
      norm(writer, "model." + half + ".layer_norm", d, random);
    }
    return writer;
  }

  private static void attention(SafetensorsWriter writer, String name, int d, Random random) {
    norm(writer, name + "_layer_norm", d, random);
    for (String part : List.of("q_proj", "k_proj", "v_proj", "out_proj")) {
      linear(writer, name + "." + part, d, d, random);
    }
  }

  private static void norm(SafetensorsWriter writer, String name, int d, Random random) {
    float[] gain = normal(random, d, 0.1f);
    for (int i = 0; i < d; i++) {
      gain[i] += 1;
    }
    writer.add(name + ".weight", gain, d);
    writer.add(name + ".bias", normal(random, d, 0.1f), d);
  }

  private static void linear(
      SafetensorsWriter writer, String name, int out, int in, Random random) {
    writer.add(name + ".weight", normal(random, out * in, (float) (1 / Math.sqrt(in))), out, in);
    writer.add(name + ".bias", normal(random, out, 0.1f), out);
  }

  /** Normally distributed values. */
  public static float[] normal(Random random, int length, float deviation) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextGaussian() * deviation;
    }
    return values;
  }

  /** Mean activations are not negative. */
  private static float[] means(Random random, int length) {
    float[] values = normal(random, length, 0.05f);
    for (int i = 0; i < length; i++) {
      values[i] = Math.abs(values[i]);
    }
    return values;
  }

  /** Random permutations, as floats. */
  private static float[] orders(Random random, int plans, int experts) {
    float[] orders = new float[plans * experts];
    for (int plan = 0; plan < plans; plan++) {
      for (int i = 0; i < experts; i++) {
        int other = random.nextInt(i + 1);
        orders[plan * experts + i] = orders[plan * experts + other];
        orders[plan * experts + other] = i;
      }
    }
    return orders;
  }

  private static void write(Path file, SafetensorsWriter writer) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      writer.write(out);
    }
  }
}
