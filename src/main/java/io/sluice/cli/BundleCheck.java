package io.sluice.cli;

import io.sluice.checkpoint.ModelBundle;
import io.sluice.domain.ExpertBudget;
import io.sluice.domain.LanguagePair;
import io.sluice.engine.LineTranslator;
import io.sluice.engine.TransformerTranslator;
import io.sluice.engine.TranslatorOptions;
import io.sluice.tensor.Nd4jBackend;
import java.util.List;
import java.util.Locale;

/** Loads the bundled model and translates a sentence with it. */
final class BundleCheck implements ModelCheck {

  @Override
  public List<Finding> check() {
    long started = System.nanoTime();
    try (TransformerTranslator translator =
            TransformerTranslator.load(
                ModelBundle.bundled(), new Nd4jBackend(), TranslatorOptions.greedy("cpu"));
        LineTranslator lines = new LineTranslator(translator, ExpertBudget.all(), 1, 1)) {
      String text =
          lines.translate(List.of("Good morning."), new LanguagePair("en", "de")).get(0).text();
      if (text.isBlank()) {
        return List.of(Finding.fail("model", "it returned nothing", "build again: mvn package"));
      }
      return List.of(
          Finding.ok(
              "model",
              String.format(
                  Locale.ROOT,
                  "%s, sha256 %s, loads and translates in %.1f s",
                  translator.model().name(),
                  translator.model().digest().substring(0, 12),
                  (System.nanoTime() - started) / 1e9)));
    } catch (RuntimeException | LinkageError e) {
      return List.of(
          Finding.fail("model", String.valueOf(e.getMessage()), "build again: mvn package"));
    }
  }
}
