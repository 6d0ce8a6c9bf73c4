package io.sluice.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.domain.LanguagePair;
import io.sluice.domain.PreparedText;
import io.sluice.testing.AnyText;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Long texts made of one odd fragment: the time must stay linear in their length. */
class LongTextFuzzTest {
  private static final LanguagePair EN_DE = new LanguagePair("en", "de");
  private static final int LONG = 1 << 16;

  /** CPU seconds for a long text: linear work takes well below one, quadratic work minutes. */
  private static final double CPU_SECONDS = 30;

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

  static Stream<String> longTexts() {
    List<String> units = new ArrayList<>(AnyText.FRAGMENTS);
    AnyText.FRAGMENTS.forEach(each -> units.add(each + "a"));
    return units.stream();
  }

  @ParameterizedTest
  @MethodSource("longTexts")
  void shouldTakeBoundedTimeWhenAFragmentFillsALongText(String unit) {
    String text = unit.repeat(LONG / unit.length());
    long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();

    PreparedText prepared = preparer.prepare(text, EN_DE);
    List<String> missing = Placeholders.missingIn(text, Lines.toOneLine(text));

    double seconds = (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before) / 1e9;
    assertThat(seconds).as("CPU seconds for %s characters", text.length()).isLessThan(CPU_SECONDS);
    assertThat(prepared.segments().size()).isLessThanOrEqualTo(text.length());
    assertThat(missing).hasSizeLessThanOrEqualTo(text.length());
  }
}
