package io.sluice.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sluice.checkpoint.ModelBundle;
import io.sluice.domain.BudgetCause;
import io.sluice.domain.ExpertBudget;
import io.sluice.domain.LanguagePair;
import io.sluice.domain.Routing;
import io.sluice.domain.RoutingMode;
import io.sluice.domain.Segment;
import io.sluice.domain.SegmentTranslation;
import io.sluice.tensor.Nd4jBackend;
import io.sluice.testing.ExpertBundles;
import io.sluice.testing.ExpertBundles.Cut;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Whole texts by the bundled weights, cut into experts with random routers and plans. */
class ExpertTranslationTest {
  private static final LanguagePair EN_DE = new LanguagePair("en", "de");
  private static final int SENTENCES = 48;
  private static final double TOLERANCE = 1e-5;

  private static TransformerTranslator dense;
  private static TransformerTranslator cut;
  private static List<Segment> segments;

  @BeforeAll
  static void load(@TempDir Path folder) throws IOException {
    dense = load(ModelBundle.bundled());
    cut = load(ExpertBundles.ofBundledModel(folder, Cut.BUNDLED, 11));
    segments = segments();
  }

  @AfterAll
  static void close() {
    dense.close();
    cut.close();
  }

  @ParameterizedTest
  @EnumSource(
      value = RoutingMode.class,
      names = {"TOKEN", "SENTENCE", "STATIC"})
  void shouldSayHowMuchOfTheRoutersMassWasLeftOut(RoutingMode mode) {
    List<SegmentTranslation> all = cut.translate(segments, budget(32, 16, mode));
    List<SegmentTranslation> most = cut.translate(segments, budget(28, 16, mode));
    List<SegmentTranslation> few = cut.translate(segments, budget(4, 4, mode));

    for (int i = 0; i < segments.size(); i++) {
      assertThat(all.get(i).droppedMass()).isZero();
      assertThat(most.get(i).droppedMass()).isBetween(0.0, 0.5);
      assertThat(few.get(i).droppedMass()).isBetween(most.get(i).droppedMass() + 1e-3, 1.0);
      SegmentTranslation alone =
          cut.translate(segments.subList(i, i + 1), budget(28, 16, mode)).get(0);
      assertThat(alone.droppedMass()).isCloseTo(most.get(i).droppedMass(), within(1e-3));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = RoutingMode.class,
      names = {"TOKEN", "SENTENCE", "STATIC", "BATCH"})
  void shouldGiveTheDenseTextsWhenAllExpertsRun(RoutingMode mode) {
    List<SegmentTranslation> found = cut.translate(segments, budget(32, 16, mode));
    List<SegmentTranslation> expected = dense.translate(segments, ExpertBudget.all());

    assertThat(found)
        .extracting(SegmentTranslation::text)
        .isEqualTo(expected.stream().map(SegmentTranslation::text).toList());
    for (int i = 0; i < found.size(); i++) {
      assertThat(found.get(i).statistics().mean())
          .isCloseTo(expected.get(i).statistics().mean(), within(1e-4));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "TOKEN, 4, 16",
    "TOKEN, 16, 16",
    "TOKEN, 31, 8",
    "SENTENCE, 8, 16",
    "SENTENCE, 16, 16",
    "SENTENCE, 24, 4",
    "STATIC, 4, 16",
    "STATIC, 16, 8"
  })
  void shouldTranslateEachRowTheSameInAnyBatch(RoutingMode mode, int decoder, int encoder) {
    ExpertBudget budget = budget(decoder, encoder, mode);
    List<SegmentTranslation> alone =
        segments.parallelStream()
            .map(segment -> cut.translate(List.of(segment), budget).get(0))
            .toList();

    assertSame(inRandomBatches(budget, new Random(8)), alone);
    assertThat(alone)
        .extracting(SegmentTranslation::text)
        .as("experts were left out")
        .isNotEqualTo(
            dense.translate(segments, ExpertBudget.all()).stream()
                .map(SegmentTranslation::text)
                .toList());
  }

  @Test
  void shouldStampWhatRanWhenLayersDiffer() {
    ExpertBudget budget =
        new ExpertBudget(
            List.of(4, 32, 16),
            List.of(16, 16, 8, 1, 99),
            RoutingMode.SENTENCE,
            BudgetCause.MANUAL,
            0);

    SegmentTranslation found = cut.translate(segments.subList(0, 1), budget).get(0);

    assertThat(found.routing())
        .isEqualTo(
            new Routing(
                RoutingMode.SENTENCE,
                List.of(4, 32, 16),
                32,
                List.of(16, 16, 8, 1, 16),
                16,
                BudgetCause.MANUAL,
                0));
    assertThat(found.routing().degraded()).isTrue();
    assertThat(cut.translate(segments.subList(0, 1), budget(32, 16, RoutingMode.TOKEN)).get(0))
        .extracting(SegmentTranslation::routing)
        .satisfies(routing -> assertThat(routing.degraded()).isFalse())
        .satisfies(routing -> assertThat(routing.mode()).isEqualTo(RoutingMode.DENSE));
  }

  @Test
  void shouldRunTheSameWhenALayerIsGivenTheSameBudgetAsAllOthers() {
    ExpertBudget vector =
        new ExpertBudget(List.of(8, 8, 8), List.of(), RoutingMode.TOKEN, BudgetCause.MANUAL, 0);

    assertSame(
        cut.translate(segments, vector), cut.translate(segments, budget(8, 16, RoutingMode.TOKEN)));
  }

  private static ExpertBudget budget(int decoder, int encoder, RoutingMode mode) {
    return cut.budgets().uniform(decoder, encoder, mode, BudgetCause.MANUAL);
  }

  private static List<SegmentTranslation> inRandomBatches(ExpertBudget budget, Random random) {
    List<Integer> order = new ArrayList<>(IntStream.range(0, segments.size()).boxed().toList());
    Collections.shuffle(order, random);
    SegmentTranslation[] results = new SegmentTranslation[segments.size()];
    for (int from = 0; from < order.size(); ) {
      int size = 1 + random.nextInt(24);
      List<Integer> batch = order.subList(from, Math.min(from + size, order.size()));
      List<SegmentTranslation> translated =
          cut.translate(batch.stream().map(segments::get).toList(), budget);
      for (int i = 0; i < batch.size(); i++) {
        results[batch.get(i)] = translated.get(i);
      }
      from += batch.size();
    }
    return List.of(results);
  }

  private static void assertSame(
      List<SegmentTranslation> actual, List<SegmentTranslation> expected) {
    assertThat(actual)
        .extracting(SegmentTranslation::text)
        .isEqualTo(expected.stream().map(SegmentTranslation::text).toList());
    for (int i = 0; i < expected.size(); i++) {
      assertThat(actual.get(i).statistics().mean())
          .as(expected.get(i).text())
          .isCloseTo(expected.get(i).statistics().mean(), within(TOLERANCE));
      assertThat(actual.get(i).outputTokens()).isEqualTo(expected.get(i).outputTokens());
    }
  }

  private static TransformerTranslator load(ModelBundle bundle) {
    return TransformerTranslator.load(
        bundle, new Nd4jBackend(), TranslatorOptions.greedy("cpu/test"));
  }

  private static List<Segment> segments() throws IOException {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                ExpertTranslationTest.class.getResourceAsStream("/demo/sentences.en.txt"),
                StandardCharsets.UTF_8))) {
      return reader
          .lines()
          .map(line -> dense.prepare(line, EN_DE))
          .filter(prepared -> prepared.segments().size() == 1)
          .map(prepared -> prepared.segments().get(0))
          .limit(SENTENCES)
          .toList();
    }
  }
}
