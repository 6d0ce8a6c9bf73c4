package io.sluice.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.checkpoint.ModelBundle;
import io.sluice.domain.ExpertBudget;
import io.sluice.domain.Flag;
import io.sluice.domain.LanguagePair;
import io.sluice.domain.Outcome;
import io.sluice.domain.PreparedText;
import io.sluice.domain.Segment;
import io.sluice.domain.Translation;
import io.sluice.tensor.Nd4jBackend;
import io.sluice.testing.AnyText;
import io.sluice.text.Lines;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Any text through the bundled model, four at a time. {@code -Djqwik.tries.default=1000} takes more
 * of them.
 */
class LineFuzzTest {
  private static final LanguagePair EN_DE = new LanguagePair("en", "de");
  private static final int TEXTS = 4;

  /** Characters of the longest piece of the vocabulary. */
  private static final int LONGEST_PIECE = 16;

  private static final List<String> PLACEHOLDERS =
      List.of("{name}", "{{count}}", "${path}", "%1$d", "mail@example.org", "<b>");

  private static TransformerTranslator translator;
  private static LineTranslator lines;

  @BeforeContainer
  static void load() {
    translator =
        TransformerTranslator.load(
            ModelBundle.bundled(), new Nd4jBackend(), TranslatorOptions.greedy("cpu/test"));
    lines = new LineTranslator(translator, ExpertBudget.all(), 8, 1);
  }

  @AfterContainer
  static void close() {
    lines.close();
    translator.close();
  }

  @Provide
  Arbitrary<List<String>> texts() {
    return AnyText.mixed().list().ofSize(TEXTS);
  }

  @Property(seed = "1")
  void shouldGiveOneBoundedLineForEachText(@ForAll("texts") List<String> texts) {
    List<Translation> translations = lines.translate(texts, EN_DE);

    assertThat(translations).hasSize(TEXTS);
    for (int i = 0; i < TEXTS; i++) {
      Translation each = translations.get(i);
      PreparedText prepared = translator.prepare(texts.get(i), EN_DE);
      assertThat(Lines.toOneLine(each.text()).codePoints().anyMatch(Lines::isBreak)).isFalse();
      assertThat(each.text().length()).isLessThanOrEqualTo(bound(prepared));
      assertThat(each.quality().score()).isBetween(0.0, 1.0);
      if (prepared.bypassed()) {
        assertThat(each.outcome()).isEqualTo(Outcome.BYPASSED);
        assertThat(each.text()).isEqualTo(texts.get(i));
      }
      for (String placeholder : PLACEHOLDERS) {
        assertThat(
                count(each.text(), placeholder) >= count(prepared.original(), " " + placeholder)
                    || each.flags().contains(Flag.PLACEHOLDER_MISMATCH))
            .as("%s is kept or its loss is flagged", placeholder)
            .isTrue();
      }
    }
  }

  @Property(seed = "2")
  void shouldTranslateTheSameTextTheSameWayAloneAndInCompany(@ForAll("texts") List<String> texts) {
    List<String> together = lines.translate(texts, EN_DE).stream().map(Translation::text).toList();

    for (int i = 0; i < TEXTS; i++) {
      assertThat(lines.translate(List.of(texts.get(i)), EN_DE).get(0).text())
          .isEqualTo(together.get(i));
    }
  }

  /** What stands between the segments, and 16 characters for each token that the caps allow. */
  private static int bound(PreparedText prepared) {
    int bound = prepared.glue().stream().mapToInt(String::length).sum();
    for (Segment segment : prepared.segments()) {
      bound += LONGEST_PIECE * Math.min(128, (int) (1.6 * segment.length()) + 10);
    }
    return bound;
  }

  private static int count(String text, String part) {
    int count = 0;
    for (int at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length())) {
      count++;
    }
    return count;
  }
}
