package io.sluice.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.domain.ExpertBudget;
import io.sluice.domain.LanguagePair;
import io.sluice.domain.Translation;
import io.sluice.testing.ScriptedTranslator;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LineTranslatorTest {
  private static final LanguagePair EN_DE = new LanguagePair("en", "de");
  private static final int BATCH = 16;

  private final ScriptedTranslator engine = new ScriptedTranslator();

  @Test
  void shouldKeepTheOrderOfTheTexts() {
    List<String> texts = IntStream.range(0, 700).mapToObj(LineTranslatorTest::text).toList();
    assertThat(translate(texts, 2))
        .isEqualTo(texts.stream().map(text -> text.toUpperCase(Locale.ROOT)).toList());
    assertThat(engine.batches()).hasSize(2);
  }

  @Test
  void shouldHandOutNoMoreRowsThanThirtyTwoBatches() {
    translate(Collections.nCopies(3 * 32 * BATCH + 1, "a dog"), 1);
    assertThat(engine.batches()).hasSize(4);
    assertThat(engine.batches()).allMatch(hand -> hand.size() == 384 || hand.size() == 385);
  }

  @Test
  void shouldHandOutFewerRowsWhereTheyAreLong() {
    String hundred = String.join(" ", Collections.nCopies(100, "dog"));
    translate(Collections.nCopies(1500, hundred), 1);
    assertThat(engine.batches()).hasSize(5).allMatch(hand -> hand.size() == 300); // of 327 at most
  }

  @Test
  void shouldGiveEachThreadAsManyHands() {
    String hundred = String.join(" ", Collections.nCopies(100, "dog"));
    translate(Collections.nCopies(1500, hundred), 2);
    assertThat(engine.batches()).hasSize(6).allMatch(hand -> hand.size() == 250);
  }

  private List<String> translate(List<String> texts, int threads) {
    try (LineTranslator lines = new LineTranslator(engine, ExpertBudget.all(), BATCH, threads)) {
      return lines.translate(texts, EN_DE).stream().map(Translation::text).toList();
    }
  }

  private static String text(int number) {
    return String.join(" ", Collections.nCopies(1 + number % 7, "dog" + number));
  }
}
