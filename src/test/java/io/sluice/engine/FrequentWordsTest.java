package io.sluice.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.sluice.checkpoint.ModelBundle;
import io.sluice.tensor.Nd4jBackend;
import io.sluice.tensor.WeightMatrix;
import io.sluice.testing.ExpertBundles;
import io.sluice.testing.ExpertBundles.Cut;
import io.sluice.testing.ExpertBundles.Sizes;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FrequentWordsTest {
  @TempDir private Path folder;

  @Test
  void shouldKeepOneProjectionForEachDirection() throws IOException {
    try (TransformerTranslator translator = load();
        FrequentWords frequent =
            new FrequentWords(translator.transformer().decoder().projection())) {
      int[] german = {3, 5, 8};
      int[] english = {3, 5, 8};
      WeightMatrix projection = frequent.projection(german);
      assertThat(projection.out()).isEqualTo(3);
      assertThat(frequent.projection(german)).isSameAs(projection);
      assertThat(frequent.projection(english)).isNotSameAs(projection);
      assertThat(frequent.projection(new int[0])).isNull();
    }
  }

  @Test
  void shouldKeepNothingThatNobodyWouldFree() throws IOException {
    try (TransformerTranslator translator = load()) {
      FrequentWords frequent = new FrequentWords(translator.transformer().decoder().projection());
      frequent.close();
      assertThatIllegalStateException()
          .isThrownBy(() -> frequent.projection(new int[] {3}))
          .withMessageContaining("closed");
    }
  }

  private TransformerTranslator load() throws IOException {
    ExpertBundles.random(folder, Sizes.ODD, Cut.ODD, 3);
    return TransformerTranslator.load(
        ModelBundle.of(folder), new Nd4jBackend(), TranslatorOptions.greedy("cpu/test"));
  }
}
