package io.sluice.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.checkpoint.CheckpointException;
import io.sluice.checkpoint.ModelBundle;
import io.sluice.nn.Route.Mode;
import io.sluice.nn.Workspace;
import io.sluice.tensor.ActivationRange;
import io.sluice.tensor.Kernels;
import io.sluice.tensor.MatrixBackend;
import io.sluice.tensor.MissingRangeException;
import io.sluice.tensor.Nd4jBackend;
import io.sluice.tensor.RecordingBackend;
import io.sluice.tensor.dnnl.DnnlBackend;
import io.sluice.tensor.dnnl.DnnlLibrary;
import io.sluice.testing.ExpertBundles;
import io.sluice.testing.ExpertBundles.Cut;
import io.sluice.testing.ExpertBundles.Sizes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A random model of odd sizes with elastic weights in every layer, one set of them and two. */
class ElasticWeightsTest {
  private static final int BOUND = 3;
  private static final List<int[]> SOURCES =
      List.of(
          new int[] {8257, 900, 17, 40, 2},
          new int[] {8257, 5, 2},
          new int[] {8258, 300, 301, 302, 303, 304, 2});
  private static final int[] LANGUAGES = {8258, 8258, 8257};
  private static final String HIDDEN = ".hidden";

  @TempDir private static Path folder;
  private static ModelBundle elastic;
  private static ModelBundle dense; // the own weights, not cut
  private static ModelBundle other; // its own weights are the elastic ones
  private static ModelBundle upper; // other elastic weights, routers, plans and means
  private static ModelBundle both; // the latter for more than BOUND experts
  private static Map<String, ActivationRange> ranges;

  /** What multiplies. */
  enum Products {
    OPENBLAS,
    ONEDNN_FLOAT32,
    ONEDNN_INT8
  }

  @BeforeAll
  static void make() throws IOException {
    Path source = Files.createDirectory(folder.resolve("elastic"));
    var unused = ExpertBundles.random(source, Sizes.ODD, Cut.ODD, 3);
    ExpertBundles.addElastic(source, Sizes.ODD, 5);
    elastic = ModelBundle.of(source);
    dense = ExpertBundles.dense(source, Files.createDirectory(folder.resolve("dense")));
    other = ExpertBundles.elasticAsOwn(source, Files.createDirectory(folder.resolve("other")));
    Path second = copy(source, "upper");
    var unusedToo = ExpertBundles.random(second, Sizes.ODD, Cut.ODD, 3 + 100);
    Files.copy(
        source.resolve("model.safetensors"),
        second.resolve("model.safetensors"),
        StandardCopyOption.REPLACE_EXISTING);
    ExpertBundles.addElastic(second, Sizes.ODD, 6);
    upper = ModelBundle.of(second);
    Path together = copy(source, "both");
    ExpertBundles.addUpper(together, second, BOUND);
    both = ModelBundle.of(together);
    ranges = ranges();
  }

  private static Path copy(Path from, String name) throws IOException {
    Path copy = Files.createDirectory(folder.resolve(name));
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    return copy;
  }

  /** The same for every place, so that both models get the same where one of them is elastic. */
  private static Map<String, ActivationRange> ranges() {
    RecordingBackend recorder = new RecordingBackend(new Nd4jBackend(Kernels.scalar()));
    Map<String, ActivationRange> found = new TreeMap<>();
    try (Transformer model = TransformerLoader.load(both, recorder)) {
      var whole = logits(model, LayerBudgets.ALL, LayerBudgets.ALL);
      var few = logits(model, encoder(Mode.TOKEN, 1), decoder(Mode.TOKEN, 3));
      var more = logits(model, encoder(Mode.TOKEN, 1), decoder(Mode.TOKEN, 5));
      assertThat(more).isNotEqualTo(few);
      for (String name : recorder.ranges().keySet()) {
        found.put(name, new ActivationRange(name.endsWith(HIDDEN) ? 0 : -9, 9));
      }
      assertThat(whole).isNotEqualTo(few);
    }
    return found;
  }

  static Stream<Arguments> productsAndModes() {
    return Arrays.stream(Products.values())
        .flatMap(
            products ->
                Stream.of(Mode.TOKEN, Mode.SENTENCE, Mode.STATIC, Mode.BATCH)
                    .map(mode -> Arguments.of(products, mode)));
  }

  @ParameterizedTest
  @MethodSource("productsAndModes")
  void shouldBeTheDenseModelToTheBitWhenAllExpertsRun(Products products, Mode mode) {
    float[] expected;
    try (Transformer model = load(dense, products)) {
      expected = logits(model, LayerBudgets.ALL, LayerBudgets.ALL);
    }
    try (Transformer model = load(elastic, products)) {
      assertThat(model.elastic()).isTrue();
      assertThat(logits(model, LayerBudgets.ALL, LayerBudgets.ALL)).isEqualTo(expected);
      assertThat(logits(model, encoder(mode, Cut.ODD.encoder()), decoder(mode, Cut.ODD.decoder())))
          .isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @MethodSource("productsAndModes")
  void shouldBeTheModelOfTheElasticWeightsWhenFewerRun(Products products, Mode mode) {
    try (Transformer model = load(elastic, products);
        Transformer reference = load(other, products)) {
      assertThat(reference.elastic()).isFalse();
      for (int k : new int[] {1, 3, 6}) {
        float[] found = logits(model, encoder(mode, 2), decoder(mode, k));
        assertThat(found).isEqualTo(logits(reference, encoder(mode, 2), decoder(mode, k)));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("productsAndModes")
  void shouldRunTheUpperSetWithMoreExpertsThanTheBoundAndElseTheLower(
      Products products, Mode mode) {
    try (Transformer model = load(both, products);
        Transformer fewer = load(elastic, products);
        Transformer more = load(upper, products)) {
      for (int k : new int[] {1, BOUND, BOUND + 1, 6}) {
        Transformer reference = k > BOUND ? more : fewer;
        float[] found = logits(model, LayerBudgets.ALL, decoder(mode, k));
        assertThat(found).isEqualTo(logits(reference, LayerBudgets.ALL, decoder(mode, k)));
      }
      assertThat(logits(fewer, LayerBudgets.ALL, decoder(mode, 6)))
          .isNotEqualTo(logits(more, LayerBudgets.ALL, decoder(mode, 6)));
      assertThat(logits(model, encoder(mode, Cut.ODD.encoder()), decoder(mode, 7)))
          .isEqualTo(logits(fewer, LayerBudgets.ALL, LayerBudgets.ALL));
    }
  }

  @Test
  void shouldNameBothSetsInTheDigest() {
    try (Transformer model = load(both, Products.OPENBLAS);
        Transformer one = load(elastic, Products.OPENBLAS);
        Transformer other = load(upper, Products.OPENBLAS)) {
      String experts = model.digest().substring(model.digest().indexOf('+') + 1);
      assertThat(experts).hasSize(32);
      assertThat(one.digest()).contains("+" + experts.substring(0, 16));
      assertThat(other.digest()).contains("+" + experts.substring(16));
    }
  }

  @Test
  void shouldRunTheOwnWeightsOnlyInLayersThatRunAllExperts() {
    try (Transformer model = load(elastic, Products.OPENBLAS);
        Transformer own = load(dense, Products.OPENBLAS)) {
      LayerBudgets first = new LayerBudgets(Mode.STATIC, List.of(7, 3));
      float[][] mixed = layerOutputs(model, first);
      float[][] whole = layerOutputs(own, LayerBudgets.ALL);
      assertThat(mixed[0]).isEqualTo(whole[0]);
      assertThat(mixed[1]).isNotEqualTo(whole[1]);
    }
  }

  @Test
  void shouldRecordThePlacesOfElasticWeightsByNamesOfTheirOwn() {
    for (String layer : List.of("decoder.layers.0", "decoder.layers.1")) {
      assertThat(ranges)
          .containsKeys(
              layer + ".feed_forward",
              layer + ".feed_forward" + HIDDEN,
              layer + ".feed_forward.elastic",
              layer + ".feed_forward.elastic" + HIDDEN,
              layer + ".feed_forward.elastic.upper",
              layer + ".feed_forward.elastic.upper" + HIDDEN);
    }
  }

  @Test
  void shouldNotLoadInInt8WhenRangesOfElasticWeightsAreMissing() {
    assumeTrue(DnnlLibrary.multipliesBytes(), "needs AVX-512 VNNI");
    Map<String, ActivationRange> some = new TreeMap<>(ranges);
    some.keySet().removeIf(name -> name.contains("elastic"));
    try (MatrixBackend backend = DnnlBackend.int8(some, Kernels.scalar())) {
      assertThatThrownBy(() -> TransformerLoader.load(elastic, backend))
          .isInstanceOf(MissingRangeException.class)
          .hasMessageContaining("encoder.layers.0.feed_forward.elastic");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias"})
  void shouldNameFileAndTensorWhenSomeElasticWeightsAreMissing(String tensor, @TempDir Path cut)
      throws IOException {
    var unused = ExpertBundles.random(cut, Sizes.ODD, Cut.ODD, 3);
    ExpertBundles.addElastic(cut, Sizes.ODD, 5);
    String missing = "decoder.layers.1.elastic." + tensor;
    ExpertBundles.keep(cut, name -> !name.equals(missing));

    try (MatrixBackend backend = new Nd4jBackend()) {
      assertThatThrownBy(() -> TransformerLoader.load(ModelBundle.of(cut), backend))
          .isInstanceOf(CheckpointException.class)
          .hasMessage("experts.safetensors has no tensor " + missing);
    }
  }

  @Test
  void shouldNameElasticWeightsInTheDigest() {
    try (Transformer model = load(elastic, Products.OPENBLAS);
        Transformer without = load(other, Products.OPENBLAS)) {
      String experts = model.digest().substring(model.digest().indexOf('+'));
      assertThat(without.digest()).doesNotEndWith(experts);
    }
  }

  private static LayerBudgets encoder(Mode mode, int k) {
    return LayerBudgets.uniform(mode, k, Sizes.ODD.encoderLayers());
  }

  private static LayerBudgets decoder(Mode mode, int k) {
    return LayerBudgets.uniform(mode, k, Sizes.ODD.decoderLayers());
  }

  private static Transformer load(ModelBundle bundle, Products products) {
    boolean possible = products != Products.ONEDNN_INT8 || DnnlLibrary.multipliesBytes();
    assumeTrue(possible, "needs AVX-512 VNNI");
    MatrixBackend backend =
        switch (products) {
          case OPENBLAS -> new Nd4jBackend(Kernels.scalar());
          case ONEDNN_FLOAT32 -> DnnlBackend.float32(Kernels.scalar());
          case ONEDNN_INT8 -> DnnlBackend.int8(ranges, Kernels.scalar());
        };
    return TransformerLoader.load(bundle, backend);
  }

  /** After the start token and the language of three sentences. */
  private static float[] logits(Transformer model, LayerBudgets encoder, LayerBudgets decoder) {
    Workspace workspace = new Workspace();
    EncoderOutput encoded =
        model.encoder().encode(SOURCES, encoder, workspace, ActivationListener.NONE);
    DecoderState state = model.decoder().begin(encoded, decoder, LANGUAGES, workspace);
    float[] logits = new float[LANGUAGES.length * model.decoder().vocabulary()];
    int[] rows = {0, 1, 2};
    for (int[] tokens : new int[][] {{2, 2, 2}, LANGUAGES, {77, 78, 79}}) {
      model.decoder().step(state, rows, tokens, logits, workspace, ActivationListener.NONE);
    }
    return logits;
  }

  /** Of the decoder's layers, at the start token. */
  private static float[][] layerOutputs(Transformer model, LayerBudgets decoder) {
    Workspace workspace = new Workspace();
    EncoderOutput encoded = model.encoder().encode(SOURCES, workspace);
    DecoderState state = model.decoder().begin(encoded, decoder, LANGUAGES, workspace);
    float[][] outputs = new float[Sizes.ODD.decoderLayers()][];
    model
        .decoder()
        .step(
            state,
            new int[] {0, 1, 2},
            new int[] {2, 2, 2},
            null,
            workspace,
            (layer, point, values, rows, width) -> {
              if (point == ActivationListener.Point.LAYER_OUTPUT) {
                outputs[layer] = Arrays.copyOf(values, rows * width);
              }
            });
    return outputs;
  }
}
