package io.sluice.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.checkpoint.CheckpointException;
import io.sluice.checkpoint.ModelBundle;
import io.sluice.nn.Route;
import io.sluice.nn.Route.Mode;
import io.sluice.nn.Workspace;
import io.sluice.tensor.Nd4jBackend;
import io.sluice.testing.ExpertBundles;
import io.sluice.testing.ExpertBundles.Cut;
import io.sluice.testing.ExpertBundles.Sizes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A random model of odd sizes, cut into experts. */
class ExpertLoaderTest {
  @TempDir private Path folder;

  @BeforeEach
  void make() throws IOException {
    var unused = ExpertBundles.random(folder, Sizes.ODD, Cut.ODD, 3);
  }

  @ParameterizedTest
  @EnumSource(
      value = Mode.class,
      names = {"TOKEN", "SENTENCE", "STATIC", "BATCH"})
  void shouldEqualTheDenseModelInEveryLayerWhenAllExpertsRun(Mode mode, @TempDir Path other)
      throws IOException {
    ModelBundle denseBundle = ExpertBundles.dense(folder, other);
    try (Transformer dense = TransformerLoader.load(denseBundle, new Nd4jBackend());
        Transformer cut = load()) {
      for (int layer = 0; layer < Sizes.ODD.decoderLayers(); layer++) {
        assertEqualLayers(
            cut.decoder().feedForwards().get(layer),
            dense.decoder().feedForwards().get(layer),
            mode);
      }
      if (mode != Mode.SENTENCE) { // the encoder has no plans
        assertEqualLayers(
            cut.encoder().feedForwards().get(0), dense.encoder().feedForwards().get(0), mode);
      }
      assertThat(states(cut, LayerBudgets.uniform(mode, Cut.ODD.encoder(), 1)))
          .usingComparatorWithPrecision(1e-4f)
          .containsExactly(states(dense, LayerBudgets.ALL));
      assertThat(states(cut, LayerBudgets.uniform(mode, 1, 1)))
          .isNotEqualTo(states(dense, LayerBudgets.ALL));
    }
  }

  private static void assertEqualLayers(
      io.sluice.nn.FeedForward cut, io.sluice.nn.FeedForward dense, Mode mode) {
    int rows = 6;
    int width = Sizes.ODD.width();
    float[] x = ExpertBundles.normal(new Random(4), rows * width, 1);
    float[] expected = new float[rows * width];
    float[] found = new float[rows * width];
    Workspace workspace = new Workspace();
    dense.apply(x, rows, Route.ALL, workspace, expected);
    int all = cut.experts();
    cut.apply(
        x,
        rows,
        mode == Mode.SENTENCE ? new Route(mode, all, new int[rows]) : Route.of(mode, all),
        workspace,
        found);
    assertThat(all).isGreaterThan(1);
    for (int i = 0; i < found.length; i++) {
      assertThat((double) found[i]).isCloseTo(expected[i], within(1e-4));
    }
  }

  private static float[] states(Transformer model, LayerBudgets budgets) {
    return model
        .encoder()
        .encode(
            List.of(new int[] {5, 900, 17, 2}, new int[] {5, 2}),
            budgets,
            new Workspace(),
            ActivationListener.NONE)
        .states();
  }

  @ParameterizedTest
  @CsvSource({
    "decoder.layers.1.router.outer.weight",
    "decoder.layers.0.skipped_mean",
    "decoder.layers.0.plan.order",
    "decoder.layers.1.plan.gate.bias",
    "encoder.layers.0.mean"
  })
  void shouldNameFileAndTensorWhenOneIsMissing(String tensor) throws IOException {
    ExpertBundles.keep(folder, name -> !name.equals(tensor));

    assertThatThrownBy(this::load)
        .isInstanceOf(CheckpointException.class)
        .hasMessage("experts.safetensors has no tensor " + tensor);
  }

  @Test
  void shouldNameFileAndTensorWhenAShapeIsWrong() throws IOException {
    ExpertBundles.replace(folder, "decoder.layers.1.mean", new float[34], 34);

    assertThatThrownBy(this::load)
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            "experts.safetensors: tensor decoder.layers.1.mean should have shape [35], has [34]");
  }

  @ParameterizedTest
  @CsvSource({"1, expert 1 twice", "7, expert 7 of 7", "-1, expert -1 of 7"})
  void shouldNameFileAndTensorWhenAPlanIsNoPermutation(int last, String reason) throws IOException {
    float[] orders = {0, 1, 2, 3, 4, 5, last, 0, 1, 2, 3, 4, 5, 6, 0, 1, 2, 3, 4, 5, 6};
    ExpertBundles.replace(folder, "decoder.layers.0.plan.order", orders, 3, 7);

    assertThatThrownBy(this::load)
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("experts.safetensors: tensor decoder.layers.0.plan.order")
        .hasMessageContaining(reason);
  }

  @ParameterizedTest
  @CsvSource({
    "decoder, 6, 35 neurons cannot be cut into 6 equal experts",
    "always, 8, 8 of 7 experts always on",
    "gate_width, 0, sluice_experts.gate_width is missing or less than 1",
    "decoder, 0, sluice_experts.decoder is missing or less than 1"
  })
  void shouldNameTheSettingWhenItIsNotPossible(String name, int value, String reason)
      throws IOException {
    ObjectNode config = (ObjectNode) ModelBundle.of(folder).json("config.json");
    ((ObjectNode) config.path("sluice_experts")).put(name, value);
    Files.writeString(folder.resolve("config.json"), config.toString());

    assertThatThrownBy(this::load)
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("config.json: sluice_experts")
        .hasMessageContaining(reason);
  }

  @Test
  void shouldSayThatTheFileIsMissingWhenItIs() throws IOException {
    Files.delete(folder.resolve("experts.safetensors"));

    assertThatThrownBy(this::load)
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("experts.safetensors");
  }

  private Transformer load() {
    return TransformerLoader.load(ModelBundle.of(folder), new Nd4jBackend());
  }
}
