package io.sluice.moefy;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.checkpoint.ModelBundle;
import io.sluice.domain.LanguagePair;
import io.sluice.model.Transformer;
import io.sluice.model.TransformerLoader;
import io.sluice.moe.partition.PartitionMethod;
import io.sluice.moefy.PartitionComparison.Result;
import io.sluice.tensor.Nd4jBackend;
import io.sluice.testing.ExpertBundles;
import io.sluice.text.Tokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartitionComparisonTest {
  private static final ParallelText TEXT =
      new ParallelText(
          "text",
          new LanguagePair("en", "de"),
          List.of("A man rides a bicycle.", "Two dogs play.", "The children are at home."),
          List.of("Ein Mann fährt Rad.", "Zwei Hunde spielen.", "Die Kinder sind zu Hause."));

  @TempDir private Path folder;
  private PartitionComparison comparison;

  @BeforeEach
  void compare() throws IOException {
    Path cut = Files.createDirectory(folder.resolve("cut"));
    ExpertBundles.random(cut, ExpertBundles.Sizes.ODD, ExpertBundles.Cut.ODD, 3);
    ModelBundle dense = ExpertBundles.dense(cut, Files.createDirectory(folder.resolve("dense")));
    try (InputStream json = dense.open("tokenizer.json");
        Tokenizer tokenizer = Tokenizer.read(json);
        Transformer model = TransformerLoader.load(dense, new Nd4jBackend())) {
      TextMix mix = new TextMix(List.of(TEXT), tokenizer, 1);
      comparison = new PartitionComparison(dense, model, 7, mix, 80, 1, done -> {});
    }
  }

  @Test
  void shouldCaptureMoreWithMoreExperts() {
    Result result = comparison.measure(PartitionMethod.K_MEANS, false);

    assertThat(result.shares()).containsExactly(0.125, 0.25, 0.375, 0.5, 0.75);
    assertThat(result.captured()).hasSize(2); // decoder layers
    for (List<Double> layer : result.captured()) {
      assertThat(layer).isSorted().allSatisfy(share -> assertThat(share).isBetween(0.0, 1.0));
      assertThat(layer.get(0)).isGreaterThan(1 / 7.0); // the best of seven
      assertThat(layer.get(4)).isLessThan(1);
    }
  }

  @Test
  void shouldGiveTheSameForTheSameSeed() {
    assertThat(comparison.measure(PartitionMethod.CO_ACTIVATION_COSINE, true))
        .isEqualTo(comparison.measure(PartitionMethod.CO_ACTIVATION_COSINE, true));
  }

  @Test
  void shouldCutInAnotherWayWhenRefined() {
    assertThat(comparison.measure(PartitionMethod.RANDOM, true).captured())
        .isNotEqualTo(comparison.measure(PartitionMethod.RANDOM, false).captured());
  }
}
