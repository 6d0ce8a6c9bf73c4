package io.sluice.moefy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
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
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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

  @Test
  void shouldKeepElasticWeightsAsTheyAreWhenThePartitionIsKept() throws IOException {
    Path elastic = copyOfMade("elastic");
    ExpertBundles.addElastic(elastic, ExpertBundles.Sizes.ODD, 5);
    Path kept = folder.resolve("elastic kept");
    Moefier moefier = moefier(ModelBundle.of(elastic), null);
    var unused = moefier.write(kept, false);

    assertThat(moefier.leavesElasticWeightsOut()).isFalse();
    ModelBundle before = ModelBundle.of(elastic);
    ModelBundle after = ModelBundle.of(kept);
    assertThat(after.bytes("model.safetensors")).isEqualTo(before.bytes("model.safetensors"));
    int compared = 0;
    for (String name : names(before)) {
      if (name.contains(".elastic.")) {
        assertThat(tensor(after, name)).as(name).isEqualTo(tensor(before, name));
        compared++;
      }
    }
    assertThat(compared).isEqualTo(3 * 4);
    assertThat(names(after)).containsExactlyInAnyOrderElementsOf(names(before));
  }

  @Test
  void shouldFitRoutersPlansAndMeansToElasticWeights() throws IOException {
    Path elastic = copyOfMade("silent");
    ExpertBundles.addElastic(elastic, ExpertBundles.Sizes.ODD, 5);
    float[] silent = new float[35];
    Arrays.fill(silent, -1e6f);
    ExpertBundles.replace(elastic, "decoder.layers.1.elastic.fc1.bias", silent, 35);
    Path kept = folder.resolve("silent kept");
    var unused = moefier(ModelBundle.of(elastic), null).write(kept, false);
    Path own = folder.resolve("own kept");
    var unusedToo = moefier(ModelBundle.of(made), null).write(own, false);

    for (String mean : List.of("mean", "skipped_mean", "plan.mean")) {
      assertThat(tensor(ModelBundle.of(kept), "decoder.layers.1." + mean)).containsOnly(0);
      float[] sound = tensor(ModelBundle.of(own), "decoder.layers.1." + mean);
      assertThat(sound).isNotEqualTo(new float[sound.length]);
    }
    assertThat(tensor(ModelBundle.of(kept), "encoder.layers.0.router.outer.weight"))
        .isNotEqualTo(tensor(ModelBundle.of(own), "encoder.layers.0.router.outer.weight"));
  }

  @Test
  void shouldFitTheSameToElasticWeightsThatEqualTheOwnOnes() throws IOException {
    Path elastic = copyOfMade("equal");
    ExpertBundles.addOwnAsElastic(elastic);
    Path kept = folder.resolve("equal kept");
    var unused = moefier(ModelBundle.of(elastic), null).write(kept, false);
    Path own = folder.resolve("plain kept");
    var unusedToo = moefier(ModelBundle.of(made), null).write(own, false);

    for (String name : names(ModelBundle.of(own))) {
      assertThat(tensor(ModelBundle.of(kept), name))
          .as(name)
          .isEqualTo(tensor(ModelBundle.of(own), name));
    }
  }

  @Test
  void shouldLeaveElasticWeightsOutWhenThePartitionIsNew() throws IOException {
    Path elastic = copyOfMade("old");
    ExpertBundles.addElastic(elastic, ExpertBundles.Sizes.ODD, 5);
    Path cut = folder.resolve("new");
    Moefier moefier = moefier(ModelBundle.of(elastic), PartitionMethod.RANDOM);
    var unused = moefier.write(cut, false);

    assertThat(moefier.leavesElasticWeightsOut()).isTrue();
    assertThat(names(ModelBundle.of(cut))).noneMatch(name -> name.contains("elastic"));
    assertThat(moefier(dense, PartitionMethod.RANDOM).leavesElasticWeightsOut()).isFalse();
  }

  @Test
  void shouldFitBothSetsWhenPartitionAndPlansAreKept() throws IOException {
    Path two = copyOfMade("two");
    ExpertBundles.addElastic(two, ExpertBundles.Sizes.ODD, 5);
    Path second = copyOfMade("second");
    ExpertBundles.addElastic(second, ExpertBundles.Sizes.ODD, 6);
    ExpertBundles.addUpper(two, second, 3);
    Path kept = folder.resolve("two kept");
    FitReport report = moefier(ModelBundle.of(two), null).write(kept, true);
    Path secondKept = folder.resolve("second kept");
    var unused = moefier(ModelBundle.of(second), null).write(secondKept, true);

    assertThat(kept.resolve("experts-upper.safetensors"))
        .hasSameBinaryContentAs(secondKept.resolve("experts.safetensors"));
    assertThat(report.layers()).containsKeys("decoder.layers.0", "decoder.layers.0 (upper set)");
    assertThat(ModelBundle.of(kept).json("config.json").at("/sluice_experts/upper").asInt())
        .isEqualTo(3);
    assertThatThrownBy(
            () -> moefier(ModelBundle.of(two), null).write(folder.resolve("none"), false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("keep its plans too");
  }

  private static Path copyOfMade(String name) throws IOException {
    Path copy = Files.createDirectory(folder.resolve(name));
    try (Stream<Path> files = Files.list(made)) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    return copy;
  }

  private static Set<String> names(ModelBundle bundle) {
    return bundle.tensors("experts.safetensors").names();
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
