package io.sluice.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.domain.LanguagePair;
import io.sluice.domain.PreparedText;
import io.sluice.domain.RejectedException;
import io.sluice.domain.RejectionCode;
import io.sluice.domain.Segment;
import io.sluice.domain.Stage;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class TextPreparerTest {
  private static final LanguagePair EN_DE = new LanguagePair("en", "de");
  private static Tokenizer tokenizer;
  private static TextPreparer preparer;

  @BeforeAll
  static void load() throws IOException {
    tokenizer = BundledTokenizer.load();
    preparer = new TextPreparer(tokenizer);
  }

  @AfterAll
  static void close() {
    tokenizer.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "\n\n",
        "12:30",
        "1,000.50 €",
        "-- * --",
        "🙂👍",
        "+49 (30) 1234-56",
        "\u0000\u0007",
        "https://example.org/a?b=c",
        "%s",
        "{name}: {0}",
        "<br>",
        "50 %",
        "\t3.14\n"
      })
  void shouldBypassWhenThereIsNothingToTranslate(String text) {
    PreparedText prepared = preparer.prepare(text, EN_DE);
    assertThat(prepared.bypassed()).isTrue();
    assertThat(prepared.join(List.of())).isEqualTo(text);
  }

  @Test
  void shouldKeepSpaceAroundAndLineBreaksAsGlue() {
    PreparedText prepared = preparer.prepare("  One line.\r\n\n12:30\n\tAnother line. ", EN_DE);
    assertThat(prepared.segments())
        .extracting(Segment::text)
        .containsExactly("One line.", "Another line.");
    assertThat(prepared.glue()).containsExactly("  ", "\r\n\n12:30\n\t", " ");
  }

  @Test
  void shouldKeepShortSentencesTogetherAndCutLongLinesIntoSentences() {
    assertThat(preparer.prepare("Come in. Sit down.", EN_DE).segments()).hasSize(1);
    String sentence = "The old man walked slowly along the river and looked at the boats.";
    PreparedText prepared =
        preparer.prepare(String.join(" ", sentence, sentence, sentence, sentence), EN_DE);
    assertThat(prepared.segments()).hasSize(4).extracting(Segment::text).containsOnly(sentence);
    assertThat(prepared.glue()).containsExactly("", " ", " ", " ", "");
  }

  @Test
  void shouldNotCutAfterCommonAbbreviations() {
    String sentence = "Mr. Smith walked slowly along the river and looked at the boats again.";
    PreparedText prepared = preparer.prepare((sentence + " ").repeat(4), EN_DE);
    assertThat(prepared.segments()).hasSize(4);
  }

  @Test
  void shouldCutLongSentencesAfterClausesFirst() {
    String text = "we bought apples and pears for the children, ".repeat(30) + "and left.";
    PreparedText prepared = preparer.prepare(text, EN_DE);
    assertThat(prepared.segments()).hasSizeGreaterThan(2);
    assertThat(prepared.segments().subList(0, prepared.segments().size() - 1))
        .allMatch(segment -> segment.text().endsWith("children,"));
    assertNothingLost(prepared);
  }

  @Test
  void shouldDropControlCharactersFromSegments() {
    PreparedText prepared = preparer.prepare("He\u0000llo\u0007 \u001bthere\tyou.", EN_DE);
    assertThat(prepared.segments()).extracting(Segment::text).containsExactly("Hello there you.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\ud800", "\udc00 b", "\ud83dx\ude42", "ok \ud83d\ud83d\ude42"})
  void shouldRejectUnpairedSurrogates(String text) {
    assertThatThrownBy(() -> preparer.prepare(text, EN_DE))
        .isInstanceOfSatisfying(
            RejectedException.class,
            e -> {
              assertThat(e.rejection().code()).isEqualTo(RejectionCode.INVALID_TEXT);
              assertThat(e.rejection().stage()).isEqualTo(Stage.VALIDATE);
              assertThat(e.rejection().message()).doesNotContain("ok");
            });
  }

  @Test
  void shouldRejectLanguagesThatAreNotServedEvenForBlankText() {
    assertThatThrownBy(() -> preparer.prepare(" ", LanguagePair.of("en", "fr")))
        .isInstanceOf(RejectedException.class);
  }

  static Stream<String> oddTexts() {
    String sentence = "The quick brown fox jumps over the lazy dog, and nobody minds. ";
    return Stream.of(
        "a".repeat(10_000),
        "e" + "\u0301".repeat(5_000),
        "\u0301".repeat(5_000) + "x",
        "word ".repeat(20_000),
        "漢".repeat(3_000),
        "🙂a".repeat(5_000),
        "👩‍👩‍👧".repeat(1_000) + "a",
        ".".repeat(20_000) + "a",
        "a@".repeat(5_000),
        "<a".repeat(5_000),
        "{".repeat(10_000) + "a",
        "%".repeat(10_000) + "d",
        "a.\n".repeat(10_000),
        sentence.repeat(17_000).substring(0, 1 << 20));
  }

  @ParameterizedTest
  @MethodSource("oddTexts")
  @Timeout(value = 20, unit = TimeUnit.SECONDS)
  void shouldCutOddTextsInBoundedTimeAndLoseNothing(String text) {
    PreparedText prepared = preparer.prepare(text, EN_DE);
    assertNothingLost(prepared);
    assertThat(prepared.segments())
        .allMatch(s -> s.length() <= TextPreparer.DEFAULT_SEGMENT_LIMIT + 2);
  }

  private static void assertNothingLost(PreparedText prepared) {
    assertThat(prepared.join(prepared.segments().stream().map(Segment::text).toList()))
        .isEqualTo(prepared.original());
  }
}
