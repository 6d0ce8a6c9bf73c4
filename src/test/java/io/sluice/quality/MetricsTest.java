package io.sluice.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Expected values were computed with independent reference scripts. */
class MetricsTest {
  private static final List<String> HYPOTHESES =
      List.of(
          "Ein Mann fährt auf einem Fahrrad eine ruhige Straße entlang.",
          "Das kostet 1.000,50 € (ca. 30-40 %), \"billig\" & gut.",
          "Wo hast du die Schlüssel hingelegt?",
          "x");
  private static final List<List<String>> REFERENCES =
      List.of(
          List.of(
              "Ein Mann fährt mit dem Fahrrad eine ruhige Straße entlang.",
              "Ein Mann fährt Fahrrad auf einer ruhigen Straße."),
          List.of("Es kostet 1.000,50 € (ca. 30-40%), &quot;billig&quot; &amp; gut."),
          List.of("Wo hast du die Schlüssel hingetan?", "Wohin hast du die Schlüssel gelegt?"),
          List.of("Nein."));

  @Test
  void shouldGiveTheReferenceBleu() {
    assertThat(Bleu.corpus(HYPOTHESES, REFERENCES)).isCloseTo(77.82070924542033, within(1e-9));
    assertThat(Bleu.corpus(HYPOTHESES, REFERENCES.stream().map(r -> r.subList(0, 1)).toList()))
        .isCloseTo(77.24207647772648, within(1e-9));
  }

  @Test
  void shouldGiveTheReferenceChrf() {
    double[] sentences = {85.47280303487315, 60.62003141906127, 85.3464765825091, 0};
    for (int i = 0; i < sentences.length; i++) {
      assertThat(Chrf.sentence(HYPOTHESES.get(i), REFERENCES.get(i)))
          .isCloseTo(sentences[i], within(1e-9));
    }
    assertThat(Chrf.corpus(HYPOTHESES, REFERENCES)).isCloseTo(74.03016670799374, within(1e-9));
  }

  @Test
  void shouldAgreeWithTheReferenceOnGeneratedPairs() throws IOException {
    List<String> hypotheses = new ArrayList<>();
    List<List<String>> references = new ArrayList<>();
    try (InputStream pairs = MetricsTest.class.getResourceAsStream("/golden/metric-pairs.tsv")) {
      for (String line :
          new String(pairs.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
        List<String> columns = List.of(line.split("\t", -1));
        hypotheses.add(columns.get(0));
        references.add(columns.subList(1, columns.size()));
      }
    }
    assertThat(hypotheses).hasSize(300);
    assertThat(Bleu.corpus(hypotheses, references)).isCloseTo(47.29704291831365, within(1e-9));
    assertThat(Chrf.corpus(hypotheses, references)).isCloseTo(50.95988823944173, within(1e-9));
  }

  @Test
  void shouldGiveTheEndsOfTheScale() {
    List<String> text = List.of("one two three four five");
    assertThat(Bleu.corpus(text, List.of(text))).isCloseTo(100, within(1e-9));
    assertThat(Bleu.corpus(List.of(""), List.of(text))).isZero();
    assertThat(Chrf.sentence("", text)).isZero();
    assertThat(Chrf.sentence(text.get(0), text)).isCloseTo(100, within(1e-9));
  }
}
