package io.sluice.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sluice.domain.LanguagePair;
import io.sluice.domain.PreparedText;
import io.sluice.domain.RejectedException;
import io.sluice.domain.RejectionCode;
import io.sluice.domain.Segment;
import io.sluice.testing.AnyText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Any text on its way to the model and back, without the model. */
class TextFuzzTest {
  private static final LanguagePair EN_DE = new LanguagePair("en", "de");
  private static final int SPECIAL_TOKENS = 2;

  private static Tokenizer tokenizer;
  private static TextPreparer preparer;

  @BeforeContainer
  static void load() {
    try {
      tokenizer = BundledTokenizer.load();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    preparer = new TextPreparer(tokenizer);
  }

  @AfterContainer
  static void close() {
    tokenizer.close();
  }

  @Provide
  Arbitrary<String> anyText() {
    return AnyText.any();
  }

  @Provide
  Arbitrary<String> validText() {
    return AnyText.valid();
  }

  @Provide
  Arbitrary<List<Integer>> outputIds() {
    return Arbitraries.integers().between(0, BundledTokenizer.SIZE - 1).list().ofMaxSize(128);
  }

  @Property(tries = 3000, seed = "1")
  void shouldPrepareAnyTextOrRejectHalvesOfPairs(@ForAll("anyText") String text) {
    if (Characters.firstUnpairedSurrogate(text) < 0) {
      assertThat(preparer.prepare(text, EN_DE).original()).isEqualTo(text);
    } else {
      RejectedException rejected =
          catchThrowableOfType(RejectedException.class, () -> preparer.prepare(text, EN_DE));
      assertThat(rejected.rejection().code()).isEqualTo(RejectionCode.INVALID_TEXT);
    }
  }

  @Property(tries = 3000, seed = "2")
  void shouldLeaveNothingOut(@ForAll("validText") String text) {
    PreparedText prepared = preparer.prepare(text, EN_DE);

    StringBuilder all = new StringBuilder(Characters.clean(prepared.glue().get(0)));
    for (int i = 0; i < prepared.segments().size(); i++) {
      all.append(prepared.segments().get(i).text());
      all.append(Characters.clean(prepared.glue().get(i + 1)));
    }
    assertThat(all).hasToString(Characters.clean(text));
  }

  @Property(tries = 3000, seed = "3")
  void shouldCutSegmentsThatFitAndHoldTextOnly(@ForAll("validText") String text) {
    for (Segment segment : preparer.prepare(text, EN_DE).segments()) {
      int[] ids = segment.sourceIds();
      assertThat(segment.text().codePoints().anyMatch(Lines::isBreak)).isFalse();
      assertThat(segment.length() - SPECIAL_TOKENS)
          .isLessThanOrEqualTo(TextPreparer.DEFAULT_SEGMENT_LIMIT);
      assertThat(ids[0]).isEqualTo(tokenizer.targetLanguageId("en"));
      assertThat(ids[ids.length - 1]).isEqualTo(Vocabulary.END_OF_SENTENCE);
      assertThat(Arrays.stream(ids, 1, ids.length - 1))
          .allMatch(id -> id >= 0 && id < BundledTokenizer.SIZE && !tokenizer.isSpecial(id));
    }
  }

  @Property(tries = 1000, seed = "4")
  void shouldPrepareTheSameTextTheSameWay(@ForAll("validText") String text) {
    PreparedText first = preparer.prepare(text, EN_DE);
    PreparedText second = preparer.prepare(text, EN_DE);

    assertThat(second.glue()).isEqualTo(first.glue());
    assertThat(second.segments())
        .usingRecursiveFieldByFieldElementComparator()
        .isEqualTo(first.segments());
  }

  @Property(tries = 1000, seed = "5")
  void shouldCutAnyTextWhenSegmentsAreTiny(@ForAll("validText") String text) {
    TextPreparer tiny = new TextPreparer(tokenizer, 8, 0);
    for (Segment segment : tiny.prepare(text, EN_DE).segments()) {
      boolean oneCharacter = segment.text().codePointCount(0, segment.text().length()) == 1;
      assertThat(oneCharacter || segment.length() - SPECIAL_TOKENS <= 8)
          .as("%s pieces", segment.length() - SPECIAL_TOKENS)
          .isTrue();
    }
  }

  @Property(tries = 3000, seed = "6")
  void shouldDecodeAnyOutputToOneLine(@ForAll("outputIds") List<Integer> ids) {
    String text = tokenizer.decode(ids.stream().mapToInt(Integer::intValue).toArray());

    assertThat(text.codePoints().anyMatch(Lines::isBreak)).isFalse();
    assertThat(text).hasSizeLessThanOrEqualTo(BundledTokenizer.LONGEST_PIECE * ids.size());
    assertThat(Characters.firstUnpairedSurrogate(text)).isNegative();
  }

  @Property(tries = 3000, seed = "7")
  void shouldMissNoPlaceholderInTheTextItselfAndAllInNone(@ForAll("anyText") String text) {
    assertThat(Placeholders.missingIn(text, text)).isEmpty();
    assertThat(Placeholders.missingIn(text, "")).isEqualTo(Placeholders.find(text));
  }

  @Property(tries = 3000, seed = "8")
  void shouldMakeOneLineOfAnyText(@ForAll("anyText") String text) {
    assertThat(Lines.toOneLine(text)).hasSameSizeAs(text);
    assertThat(Lines.toOneLine(text).lines().count()).isLessThanOrEqualTo(1);
    assertThat(Lines.toOneLine(text).codePoints().anyMatch(Lines::isBreak)).isFalse();
  }
}
