package io.sluice.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.checkpoint.ActivationRanges;
import io.sluice.checkpoint.ModelBundle;
import io.sluice.domain.BudgetCause;
import io.sluice.domain.ExpertBudget;
import io.sluice.domain.LanguagePair;
import io.sluice.domain.RoutingMode;
import io.sluice.domain.Segment;
import io.sluice.domain.SegmentTranslation;
import io.sluice.tensor.KernelChoice;
import io.sluice.tensor.Nd4jBackend;
import io.sluice.tensor.dnnl.DnnlBackend;
import io.sluice.tensor.dnnl.DnnlLibrary;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a sentence becomes must not depend on what is translated beside it. */
class RowIndependenceTest {
  private static final LanguagePair EN_DE = new LanguagePair("en", "de");
  private static final LanguagePair DE_EN = new LanguagePair("de", "en");
  private static final int SENTENCES = 200;
  private static final int LARGEST_BATCH = 64;
  private static final double TOLERANCE = 1e-5;

  @Test
  void shouldTranslateEachRowTheSameInAnyBatchWhenGreedy() throws IOException {
    try (TransformerTranslator translator = load(1)) {
      List<Segment> segments = segments(translator, EN_DE, SENTENCES);
      assertThat(segments).hasSize(SENTENCES);
      List<SegmentTranslation> alone = alone(translator, segments);
      assertSame(inRandomBatches(translator, segments, new Random(8)), alone);
      assertSame(besideALongRow(translator, segments), alone);
    }
  }

  @Test
  void shouldTranslateEachRowTheSameInAnyBatchWhenSearchingWithABeam() throws IOException {
    try (TransformerTranslator translator = load(2)) {
      List<Segment> segments = segments(translator, EN_DE, 40);
      List<SegmentTranslation> alone = alone(translator, segments);
      assertSame(inRandomBatches(translator, segments, new Random(9)), alone);
      assertSame(besideALongRow(translator, segments), alone);
    }
  }

  @Test
  void shouldTranslateEachRowTheSameInAnyBatchWhenWordsAreRestricted() throws IOException {
    for (int beam : new int[] {1, 2}) {
      try (TransformerTranslator translator =
          TransformerTranslator.load(
              ModelBundle.bundled(),
              new Nd4jBackend(),
              new TranslatorOptions(beam, "cpu/test", true))) {
        List<Segment> segments = segments(translator, EN_DE, 40);
        List<SegmentTranslation> alone = alone(translator, segments);
        assertSame(inRandomBatches(translator, segments, new Random(10)), alone);
        assertSame(besideALongRow(translator, segments), alone);
      }
    }
  }

  @Test
  void shouldTranslateEachRowTheSameHoweverManyAreDecodedAtOnce() throws IOException {
    for (int beam : new int[] {1, 2}) {
      try (TransformerTranslator translator =
          TransformerTranslator.load(
              ModelBundle.bundled(),
              new Nd4jBackend(),
              new TranslatorOptions(beam, "cpu/test", true))) {
        List<Segment> segments = segments(translator, EN_DE, 60);
        ExpertBudget half =
            translator.budgets().uniform(16, 32, RoutingMode.SENTENCE, BudgetCause.MANUAL);
        for (ExpertBudget budget : List.of(ExpertBudget.all(), half)) {
          List<SegmentTranslation> alone =
              segments.parallelStream()
                  .map(segment -> translator.translate(List.of(segment), budget).get(0))
                  .toList();
          for (int width : new int[] {1, 7, 60}) {
            SegmentTranslation[] told = new SegmentTranslation[segments.size()];
            List<SegmentTranslation> pooled =
                translator.translate(
                    segments,
                    budget,
                    width,
                    (index, translation) -> {
                      assertThat(told[index]).isNull();
                      told[index] = translation;
                    });
            assertSame(pooled, alone);
            assertThat(told).containsExactlyElementsOf(pooled);
          }
        }
      }
    }
  }

  @Test
  void shouldTranslateEachRowTheSameInAnyBatchInInt8() throws IOException {
    assumeTrue(DnnlLibrary.multipliesBytes(), "needs AVX-512 VNNI");
    try (TransformerTranslator translator =
        TransformerTranslator.load(
            ModelBundle.bundled(),
            DnnlBackend.int8(
                ActivationRanges.read(ModelBundle.bundled()),
                KernelChoice.of(KernelChoice.Request.AUTO)),
            new TranslatorOptions(1, "cpu/test", true))) {
      List<Segment> segments = segments(translator, EN_DE, 60);
      List<SegmentTranslation> alone = alone(translator, segments);
      assertSame(inRandomBatches(translator, segments, new Random(11)), alone);
      assertSame(besideALongRow(translator, segments), alone);
    }
  }

  private static TransformerTranslator load(int beam) {
    return TransformerTranslator.load(
        ModelBundle.bundled(), new Nd4jBackend(), new TranslatorOptions(beam, "cpu/test"));
  }

  /** Batches of one, on as many threads as there are. */
  private static List<SegmentTranslation> alone(
      TransformerTranslator translator, List<Segment> segments) {
    return segments.parallelStream()
        .map(segment -> translator.translate(List.of(segment), ExpertBudget.all()).get(0))
        .toList();
  }

  private static List<SegmentTranslation> inRandomBatches(
      TransformerTranslator translator, List<Segment> segments, Random random) {
    List<Integer> order = new ArrayList<>(IntStream.range(0, segments.size()).boxed().toList());
    Collections.shuffle(order, random);
    SegmentTranslation[] results = new SegmentTranslation[segments.size()];
    for (int from = 0; from < order.size(); ) {
      int size = 1 + random.nextInt(LARGEST_BATCH);
      List<Integer> batch = order.subList(from, Math.min(from + size, order.size()));
      List<SegmentTranslation> translated =
          translator.translate(batch.stream().map(segments::get).toList(), ExpertBudget.all());
      for (int i = 0; i < batch.size(); i++) {
        results[batch.get(i)] = translated.get(i);
      }
      from += batch.size();
    }
    return List.of(results);
  }

  /** Fifty at a time, and among them a row of more than a hundred tokens of the other direction. */
  private static List<SegmentTranslation> besideALongRow(
      TransformerTranslator translator, List<Segment> segments) {
    String clause = "wenn der Hund im Garten mit dem alten Ball spielt und die Katze schläft, ";
    Segment longRow =
        translator.prepare(clause.repeat(6) + "bleibe ich zu Hause.", DE_EN).segments().get(0);
    assertThat(longRow.length()).isGreaterThan(60);
    List<SegmentTranslation> results = new ArrayList<>();
    for (int from = 0; from < segments.size(); from += 50) {
      List<Segment> batch = new ArrayList<>();
      batch.add(longRow);
      batch.addAll(segments.subList(from, Math.min(from + 50, segments.size())));
      List<SegmentTranslation> translated = translator.translate(batch, ExpertBudget.all());
      results.addAll(translated.subList(1, translated.size()));
    }
    return results;
  }

  private static void assertSame(List<SegmentTranslation> actual, List<SegmentTranslation> alone) {
    assertThat(actual)
        .extracting(SegmentTranslation::text)
        .isEqualTo(alone.stream().map(SegmentTranslation::text).toList());
    for (int i = 0; i < alone.size(); i++) {
      assertThat(actual.get(i).statistics().mean())
          .as(alone.get(i).text())
          .isCloseTo(alone.get(i).statistics().mean(), within(TOLERANCE));
      assertThat(actual.get(i).coverage()).isCloseTo(alone.get(i).coverage(), within(TOLERANCE));
      assertThat(actual.get(i).outputTokens()).isEqualTo(alone.get(i).outputTokens());
      assertThat(actual.get(i).flags()).isEqualTo(alone.get(i).flags());
    }
  }

  private static List<Segment> segments(
      TransformerTranslator translator, LanguagePair languages, int count) throws IOException {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                RowIndependenceTest.class.getResourceAsStream("/demo/sentences.en.txt"),
                StandardCharsets.UTF_8))) {
      return reader
          .lines()
          .map(line -> translator.prepare(line, languages))
          .filter(prepared -> prepared.segments().size() == 1)
          .map(prepared -> prepared.segments().get(0))
          .limit(count)
          .toList();
    }
  }
}
