package io.sluice.moefy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.checkpoint.ExpertsConfig;
import io.sluice.checkpoint.ModelBundle;
import io.sluice.checkpoint.Safetensors;
import io.sluice.domain.LanguagePair;
import io.sluice.model.Transformer;
import io.sluice.model.TransformerLoader;
import io.sluice.moe.partition.PartitionMethod;
import io.sluice.nn.Workspace;
import io.sluice.tensor.Nd4jBackend;
import io.sluice.testing.ExpertBundles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MoefierTest {
  private static final int EXPERTS = 5; // of 35 neurons
  private static final int ENCODER_EXPERTS = 3; // of 21

  @TempDir static Path folder;
  private static ModelBundle dense;
  private static Path made;

  @BeforeAll
  static void make() throws IOException {
    Path random = folder.resolve("random");
    Path source = folder.resolve("dense");
    Files.createDirectories(random);
    Files.createDirectories(source);
    ExpertBundles.random(random, ExpertBundles.Sizes.ODD, ExpertBundles.Cut.ODD, 6);
    dense = ExpertBundles.dense(random, source);
    made = folder.resolve("made");
    var unused = moefier(dense, PartitionMethod.CO_ACTIVATION_COSINE).write(made, false);
  }

  @Test
  void shouldWriteABundleThatEqualsTheDenseModelWithAllExperts() {
    float[] expected = encoded(dense);
    float[] found = encoded(ModelBundle.of(made));

    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat(found[i]).isCloseTo(expected[i], within(1e-4f * (1 + Math.abs(expected[i]))));
    }
  }

  @Test
  void shouldSayInConfigHowItWasCut() {
    ExpertsConfig config = ExpertsConfig.read(ModelBundle.of(made).json("config.json"));

    assertThat(config.decoder()).isEqualTo(EXPERTS);
    assertThat(config.encoder()).isEqualTo(ENCODER_EXPERTS);
    assertThat(config.plans()).isEqualTo(3);
    assertThat(config.levels()).containsExactly(1, 2, 3, 4);
  }

  @Test
  void shouldReportSharesThatGrowWithTheNumberOfExperts() {
    JsonNode report = ModelBundle.of(made).json("report.json");

    JsonNode layer = report.path("layers").path("decoder.layers.1");
    for (String kind : List.of("contribution", "oracleContribution", "mass", "oracleMass")) {
      JsonNode shares = layer.path("router").path(kind);
      assertThat(shares.path("1").asDouble()).isBetween(0.0, shares.path("3").asDouble());
      assertThat(shares.path("4").asDouble()).isBetween(shares.path("3").asDouble(), 1.0);
    }
    assertThat(layer.path("router").path("oracleContribution").path("2").asDouble())
        .isGreaterThanOrEqualTo(layer.path("router").path("contribution").path("2").asDouble());
    assertThat(layer.path("plans").path("best").path("2").asDouble())
        .isGreaterThanOrEqualTo(layer.path("plans").path("fixed").path("2").asDouble() - 0.05);
  }

  @Test
  void shouldWriteTheSameFilesFromTheSameSeed() {
    Path again = folder.resolve("again");
    var unused = moefier(dense, PartitionMethod.CO_ACTIVATION_COSINE).write(again, false);

    for (String file : List.of("model.safetensors", "experts.safetensors", "report.json")) {
      assertThat(ModelBundle.of(again).bytes(file)).isEqualTo(ModelBundle.of(made).bytes(file));
    }
  }

  @Test
  void shouldKeepPartitionAndPlansWhenTold() throws IOException {
    Path kept = folder.resolve("kept");
    var unused = moefier(ModelBundle.of(made), null).write(kept, true);

    ModelBundle before = ModelBundle.of(made);
    ModelBundle after = ModelBundle.of(kept);
    assertThat(after.bytes("model.safetensors")).isEqualTo(before.bytes("model.safetensors"));
    for (int layer = 0; layer < 2; layer++) {
      String name = "decoder.layers." + layer + ".plan.order";
      assertThat(tensor(after, name)).isEqualTo(tensor(before, name));
    }
  }

  private static float[] tensor(ModelBundle bundle, String name) throws IOException {
    try (var in = bundle.open("experts.safetensors")) {
      return Safetensors.read(in, "experts").find(name).values();
    }
  }

  private static float[] encoded(ModelBundle bundle) {
    try (Transformer model = TransformerLoader.load(bundle, new Nd4jBackend())) {
      Workspace workspace = new Workspace();
      var encoded =
          model
              .encoder()
              .encode(List.of(new int[] {8257, 40, 41, 42, 2}, new int[] {8258, 90, 2}), workspace);
      return Arrays.copyOf(encoded.states(), 8 * 18);
    }
  }

  private static Moefier moefier(ModelBundle source, PartitionMethod method) {
    List<String> english =
        IntStream.range(0, 40).mapToObj(i -> "A man is riding bicycle number " + i + ".").toList();
    List<String> german =
        IntStream.range(0, 40).mapToObj(i -> "Ein Mann fährt Fahrrad Nummer " + i + ".").toList();
    ParallelText text = new ParallelText("text", new LanguagePair("en", "de"), english, german);
    return new Moefier(
        source,
        List.of(text, text.reversed()),
        new MoefyOptions(EXPERTS, ENCODER_EXPERTS, 0, 3, 4, method, 1, 800, 1500, 2),
        Nd4jBackend::new,
        message -> {});
  }
}
