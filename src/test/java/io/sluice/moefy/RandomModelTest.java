package io.sluice.moefy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.checkpoint.ActivationRanges;
import io.sluice.checkpoint.CheckpointException;
import io.sluice.checkpoint.ModelBundle;
import io.sluice.checkpoint.Safetensors;
import io.sluice.domain.BudgetCause;
import io.sluice.domain.ExpertBudget;
import io.sluice.domain.LanguagePair;
import io.sluice.domain.RoutingMode;
import io.sluice.engine.TransformerTranslator;
import io.sluice.engine.TranslatorOptions;
import io.sluice.tensor.Nd4jBackend;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RandomModelTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldLoadAndTranslateWithAnyExperts(boolean brain) {
    new RandomModel(18, 35, 1, 2, 3, 8301, 7, brain, 4)
        .write(folder, ModelBundle.bundled(), unused -> {});
    try (TransformerTranslator translator =
        TransformerTranslator.load(
            ModelBundle.of(folder), new Nd4jBackend(), TranslatorOptions.greedy("cpu/test"))) {
      assertThat(translator.transformer().storedType()).isEqualTo(brain ? "BF16" : "F32");
      assertThat(translator.transformer().config().vocabulary()).isEqualTo(8301);
      var segments = translator.prepare("A dog runs.", new LanguagePair("en", "de")).segments();
      for (int experts : new int[] {1, 4, 7}) {
        ExpertBudget budget =
            translator.budgets().uniform(experts, experts, RoutingMode.TOKEN, BudgetCause.MANUAL);
        assertThat(translator.translate(segments, budget).get(0).outputTokens()).isPositive();
      }
    }
  }

  /** One place that int8 needs and that has no range, and the CPU would compute in float32. */
  @Test
  void shouldHaveARangeAtEveryPlaceOfTheBundledModel() {
    ModelBundle bundled = ModelBundle.bundled();
    new RandomModel(4, 8, 5, 3, 2, 8301, 2, false, 4).write(folder, bundled, unused -> {});

    assertThat(ActivationRanges.read(ModelBundle.of(folder)).keySet())
        .containsAll(
            ActivationRanges.read(bundled).keySet().stream()
                .filter(place -> !place.contains("elastic"))
                .toList());
  }

  @Test
  void shouldMapWhatAStreamReads() throws IOException {
    for (boolean brain : new boolean[] {false, true}) {
      Path model = folder.resolve("model" + brain);
      new RandomModel(18, 35, 1, 2, 3, 8301, 1, brain, 4)
          .write(model, ModelBundle.bundled(), unused -> {});
      Path file = model.resolve("model.safetensors");
      Safetensors mapped = Safetensors.map(file, "mapped");
      try (InputStream in = Files.newInputStream(file)) {
        Safetensors read = Safetensors.read(in, "read");
        assertThat(mapped.digest()).isEqualTo(read.digest());
        assertThat(mapped.parameters()).isEqualTo(read.parameters()).isGreaterThan(8301 * 18);
        assertThat(mapped.names()).containsExactlyElementsOf(read.names());
        for (String name : read.names()) {
          assertThat(mapped.find(name).values()).as(name).isEqualTo(read.find(name).values());
          assertThat(mapped.find(name).shape()).isEqualTo(read.find(name).shape());
        }
      }
      byte[] bytes = Files.readAllBytes(file);
      Files.write(folder.resolve("short"), Arrays.copyOf(bytes, bytes.length - 1));
      assertThatThrownBy(() -> Safetensors.map(folder.resolve("short"), "short"))
          .isInstanceOf(CheckpointException.class);
      Files.write(folder.resolve("none"), new byte[3]);
      assertThatThrownBy(() -> Safetensors.map(folder.resolve("none"), "none"))
          .isInstanceOf(CheckpointException.class);
    }
  }

  @Test
  void shouldWriteTheSameFilesForTheSameSeed() throws IOException {
    for (String name : new String[] {"one", "two"}) {
      new RandomModel(4, 6, 1, 1, 2, 8259, 3, false, 9)
          .write(folder.resolve(name), ModelBundle.bundled(), unused -> {});
    }
    for (String file : new String[] {"model.safetensors", "experts.safetensors", "config.json"}) {
      assertThat(folder.resolve("one").resolve(file))
          .hasSameBinaryContentAs(folder.resolve("two").resolve(file));
    }
  }

  @Test
  void shouldRefuseShapesThatAreNotPossible() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RandomModel(18, 35, 1, 2, 4, 8301, 7, false, 4));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RandomModel(18, 35, 1, 2, 3, 8301, 6, false, 4));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new RandomModel(18, 35, 1, 2, 3, 8258, 7, false, 4)
                    .write(folder, ModelBundle.bundled(), unused -> {}));
  }
}
