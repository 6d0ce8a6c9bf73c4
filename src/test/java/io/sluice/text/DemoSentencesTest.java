package io.sluice.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.domain.LanguagePair;
import io.sluice.domain.PreparedText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class DemoSentencesTest {

  @Test
  void shouldHoldAVariedSampleOfTranslatableSentences() throws IOException {
    List<String> sentences;
    try (InputStream text = getClass().getResourceAsStream("/demo/sentences.en.txt")) {
      sentences = new String(text.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
    assertThat(sentences)
        .hasSizeGreaterThanOrEqualTo(220)
        .doesNotHaveDuplicates()
        .noneMatch(String::isBlank);
    try (Tokenizer tokenizer = BundledTokenizer.load()) {
      TextPreparer preparer = new TextPreparer(tokenizer);
      assertThat(sentences)
          .filteredOn(line -> preparer.prepare(line, new LanguagePair("en", "de")).bypassed())
          .containsExactlyInAnyOrder("12:30", "50 %", "👍", "https://example.org");
      assertThat(sentences.stream().map(l -> preparer.prepare(l, new LanguagePair("en", "de"))))
          .extracting(PreparedText::original)
          .isEqualTo(sentences);
    }
  }
}
