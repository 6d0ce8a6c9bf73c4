package io.sluice.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.checkpoint.ModelBundle;
import io.sluice.domain.ExpertBudget;
import io.sluice.domain.LanguagePair;
import io.sluice.domain.Translation;
import io.sluice.tensor.Nd4jBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder as Hugging Face has it, with none of the files that Sluice adds. */
class PlainCheckpointTest {
  @TempDir Path folder;

  @Test
  void shouldTranslateAndSayThatTheScoreIsBorrowed() throws IOException {
    for (String file : List.of("tokenizer.json", "model.safetensors")) {
      Files.write(folder.resolve(file), ModelBundle.bundled().bytes(file));
    }
    ObjectNode config = (ObjectNode) ModelBundle.bundled().json("config.json");
    config.remove("sluice_experts");
    Files.writeString(folder.resolve("config.json"), config.toString());
    try (TransformerTranslator translator =
            TransformerTranslator.load(
                ModelBundle.of(folder), new Nd4jBackend(), TranslatorOptions.greedy("cpu/test"));
        LineTranslator lines = new LineTranslator(translator, ExpertBudget.all(), 1, 1)) {
      Translation translation =
          lines
              .translate(List.of("A man is riding a bicycle."), new LanguagePair("en", "de"))
              .get(0);

      assertThat(translation.text()).isEqualTo("Ein Mann fährt Fahrrad.");
      assertThat(translation.quality().method()).endsWith("-borrowed");
      assertThat(translation.quality().score()).isBetween(0.2, 1.0);
    }
  }
}
