package io.sluice.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.checkpoint.ModelBundle;
import io.sluice.domain.ExpertBudget;
import io.sluice.domain.LanguagePair;
import io.sluice.domain.PreparedText;
import io.sluice.domain.SegmentTranslation;
import io.sluice.domain.Translation;
import io.sluice.tensor.Nd4jBackend;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** A budget may take a narrower search than the translator's own, and results say so. */
class NarrowSearchTest {
  private static final int BEAM = 4;
  private static final LanguagePair PAIR = new LanguagePair("en", "de");
  private static final List<String> SENTENCES =
      List.of(
          "Two young men are playing football on a wet street.",
          "I would never have thought that she could do it alone.",
          "The file could not be saved because the disk is full.",
          "A brown dog jumps over the fence behind the old house.",
          "Do you know whether the train to Hamburg has already left?",
          "Select the printer that you want to use and press Start.");
  private static final TransformerTranslator GREEDY = load(1);
  private static final TransformerTranslator WIDE = load(BEAM);

  private static TransformerTranslator load(int beam) {
    return TransformerTranslator.load(
        ModelBundle.bundled(), new Nd4jBackend(), new TranslatorOptions(beam, "cpu/test"));
  }

  @AfterAll
  static void close() {
    GREEDY.close();
    WIDE.close();
  }

  private static List<Translation> translate(TransformerTranslator translator, int beam) {
    List<PreparedText> texts =
        SENTENCES.stream().map(text -> translator.prepare(text, PAIR)).toList();
    List<SegmentTranslation> parts =
        translator.translate(
            texts.stream().flatMap(text -> text.segments().stream()).toList(),
            ExpertBudget.all().withBeam(beam));
    assertThat(parts).hasSameSizeAs(SENTENCES);
    return texts.stream()
        .map(text -> translator.assemble(text, List.of(parts.get(texts.indexOf(text)))))
        .toList();
  }

  @Test
  void shouldSayWhatTheGreedyTranslatorSaysWhenTheBudgetHasABeamOfOne() {
    List<Translation> narrow = translate(WIDE, 1);

    assertThat(narrow)
        .extracting(Translation::text)
        .isEqualTo(translate(GREEDY, 0).stream().map(Translation::text).toList())
        .isNotEqualTo(translate(WIDE, 0).stream().map(Translation::text).toList());
    assertThat(narrow)
        .allSatisfy(
            each -> {
              assertThat(each.decoding().beamSize()).isEqualTo(1);
              assertThat(each.routing().narrowed()).isTrue();
              assertThat(each.routing().degraded()).isTrue();
            });
  }

  @Test
  void shouldSearchAsWidelyAsTheTranslatorWhenTheBudgetAsksForNothingOrForMore() {
    for (int beam : new int[] {0, BEAM, 2 * BEAM}) {
      assertThat(translate(WIDE, beam))
          .allSatisfy(
              each -> {
                assertThat(each.decoding().beamSize()).isEqualTo(BEAM);
                assertThat(each.routing().degraded()).isFalse();
              });
    }
    assertThat(translate(WIDE, 2 * BEAM))
        .extracting(Translation::text)
        .isEqualTo(translate(WIDE, 0).stream().map(Translation::text).toList());
  }
}
