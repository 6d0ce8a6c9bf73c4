package io.sluice.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.checkpoint.ModelBundle;
import io.sluice.domain.LanguagePair;
import io.sluice.domain.Segment;
import io.sluice.model.LayerBudgets;
import io.sluice.nn.Route.Mode;
import io.sluice.nn.Workspace;
import io.sluice.tensor.Nd4jBackend;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Sentences of the demo by the bundled model. */
class DecodeQueueTest {
  private static final LanguagePair EN_DE = new LanguagePair("en", "de");
  private static final LayerBudgets FEW = LayerBudgets.uniform(Mode.SENTENCE, 8, 3);

  private static TransformerTranslator translator;
  private static List<Segment> segments;
  private static int[] languages;

  @BeforeAll
  static void load() throws IOException {
    translator =
        TransformerTranslator.load(
            ModelBundle.bundled(), new Nd4jBackend(), TranslatorOptions.greedy("cpu/test"));
    segments = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                DecodeQueueTest.class.getResourceAsStream("/demo/sentences.en.txt"),
                StandardCharsets.UTF_8))) {
      lines
          .lines()
          .limit(60)
          .forEach(line -> segments.addAll(translator.prepare(line, EN_DE).segments()));
    }
    languages = segments.stream().mapToInt(translator::forcedToken).toArray();
  }

  @AfterAll
  static void close() {
    translator.close();
  }

  @Test
  void shouldPutSentencesOfAPlanTogetherAndTheLongestOfThemFirst() {
    DecodeQueue queue = queue(segments, languages, FEW);

    assertThat(Arrays.stream(queue.order()).sorted().toArray())
        .isEqualTo(IntStream.range(0, segments.size()).toArray());
    Set<Integer> seen = new HashSet<>();
    for (int i = 0; i < queue.plans().length; i++) {
      boolean begins = i == 0 || queue.plans()[i] != queue.plans()[i - 1];
      assertThat(seen.add(queue.plans()[i])).isEqualTo(begins);
      assertThat(queue.encoded().length(i)).isEqualTo(segments.get(queue.order()[i]).length());
      if (!begins) {
        assertThat(queue.encoded().length(i)).isLessThanOrEqualTo(queue.encoded().length(i - 1));
      }
    }
    assertThat(seen).hasSizeGreaterThan(1);
  }

  @Test
  void shouldChooseTheSamePlanForASentenceAlone() {
    DecodeQueue queue = queue(segments, languages, FEW);

    for (int i = 0; i < segments.size(); i++) {
      int place = queue.order()[i];
      DecodeQueue alone = queue(List.of(segments.get(place)), new int[] {languages[place]}, FEW);
      assertThat(alone.plans()).containsExactly(queue.plans()[i]);
    }
  }

  @Test
  void shouldHaveNoPlansWhereNoneAreNeeded() {
    assertThat(queue(segments, languages, LayerBudgets.ALL).plans()).isNull();
    LayerBudgets byToken = LayerBudgets.uniform(Mode.TOKEN, 8, 3);
    assertThat(queue(segments, languages, byToken).plans()).isNull();
  }

  private static DecodeQueue queue(List<Segment> some, int[] targets, LayerBudgets decoder) {
    return DecodeQueue.of(
        translator.transformer(), some, targets, LayerBudgets.ALL, decoder, new Workspace());
  }
}
