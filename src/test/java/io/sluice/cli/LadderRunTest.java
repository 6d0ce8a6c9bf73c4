package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.control.ServiceLadder;
import io.sluice.control.ServiceLevel;
import io.sluice.control.TimeTable;
import io.sluice.control.TimeTable.Line;
import io.sluice.control.ladder.LadderSearch.Choice;
import io.sluice.control.ladder.LayerOptions;
import io.sluice.domain.ExpertBudget;
import io.sluice.domain.RoutingMode;
import io.sluice.engine.ModelBudgets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A model of two layers in each half, whose losses and times are made up. */
class LadderRunTest {
  private static final int TOTAL = 8;

  /** By token half the experts save nothing; static saves much. */
  private static final TimeTable TIMES =
      new TimeTable(
          lines(0.02, 0.02), lines(0.2, 0.1), new Line(RoutingMode.DENSE, 0, 0, 0), TOTAL, TOTAL);

  private final LadderRun run =
      new LadderRun(
          new ModelBudgets(2, 2, TOTAL, TOTAL), TIMES, List.of(2, 4), List.of(4), x -> {});

  private static List<Line> lines(double dense, double fast) {
    return List.of(
        new Line(RoutingMode.DENSE, TOTAL, 0, dense),
        new Line(RoutingMode.TOKEN, 4, 0, dense),
        new Line(RoutingMode.TOKEN, 2, 0, 0.8 * dense),
        new Line(RoutingMode.STATIC, 4, 0, fast),
        new Line(RoutingMode.STATIC, 2, 0, 0.8 * fast));
  }

  /** Experts that do not run, of both halves; the encoder's first four cost nothing. */
  private static double crossEntropy(ExpertBudget budget) {
    int dropped =
        Stream.concat(budget.decoderExperts().stream(), budget.encoderExperts().stream())
            .mapToInt(k -> TOTAL - k)
            .sum();
    boolean free = budget.decoderExperts().stream().allMatch(k -> k == TOTAL);
    double each = budget.mode() == RoutingMode.TOKEN ? 0.01 : 0.02;
    return 2 + (free ? 0 : each * dropped);
  }

  private List<Choice> choices(double mostLoss) {
    Map<RoutingMode, List<LayerOptions>> layers = new EnumMap<>(RoutingMode.class);
    for (RoutingMode mode : List.of(RoutingMode.TOKEN, RoutingMode.STATIC)) {
      layers.put(mode, run.options(mode, LadderRunTest::crossEntropy, 2));
    }
    return run.choices(layers, List.of(), 6, mostLoss);
  }

  @Test
  void shouldBeginWithFullQualityEvenWhereFewerExpertsSeemToLoseNothing() {
    List<Choice> choices = choices(10);

    assertThat(choices.get(0).experts()).containsOnly(TOTAL);
    assertThat(run.budget(choices.get(0).mode(), choices.get(0).experts()))
        .isEqualTo(ExpertBudget.all());
    assertThat(choices).hasSizeGreaterThan(2);
    assertThat(choices.stream().skip(1))
        .as("each is faster and not better than the one before")
        .allSatisfy(each -> assertThat(each.millis()).isNegative());
  }

  /** As after finetuning with all layers at once: one layer alone does not know it. */
  @Test
  void shouldPreferEvenChoicesThatLoseLessTogetherThanLayerByLayer() {
    ToDoubleFunction<ExpertBudget> together =
        budget -> {
          Set<Integer> numbers = new HashSet<>(budget.decoderExperts());
          numbers.addAll(budget.encoderExperts());
          return 2 + (crossEntropy(budget) - 2) * (numbers.equals(Set.of(4)) ? 0.01 : 1);
        };
    Map<RoutingMode, List<LayerOptions>> layers =
        Map.of(RoutingMode.STATIC, run.options(RoutingMode.STATIC, together, 2));

    List<Choice> even = run.even(RoutingMode.STATIC, together, 2);
    List<Choice> choices = run.choices(layers, even, 6, 10);

    assertThat(even).hasSize(2 * 2); // what the decoder saves; the encoder saves nothing here
    assertThat(choices).anySatisfy(each -> assertThat(each.experts()).containsOnly(4));
    assertThat(run.choices(layers, List.of(), 6, 10))
        .noneSatisfy(each -> assertThat(each.experts()).containsOnly(4));
  }

  @Test
  void shouldLeaveOutWhatLosesTooMuch() {
    double worst = choices(10).stream().mapToDouble(Choice::loss).max().orElseThrow();

    List<Choice> bounded = choices(worst / 2);

    assertThat(bounded).hasSizeGreaterThan(2);
    assertThat(bounded).allSatisfy(each -> assertThat(each.loss()).isLessThan(worst / 2 + 1e-9));
  }

  @Test
  void shouldTakeOnlyModesThatSaveTimeAndMakeALadderOfThem() {
    List<Choice> choices = choices(10);
    List<LevelLoss> losses = new ArrayList<>();
    for (Choice each : choices) {
      losses.add(new LevelLoss(30 * each.loss(), each.loss(), 0.5, 0.2));
    }

    ServiceLadder ladder = run.ladder(choices, losses);

    assertThat(ladder.level(0).mode()).isEqualTo(RoutingMode.DENSE);
    assertThat(ladder.level(0).cost()).isEqualTo(1);
    assertThat(ladder.lowest()).isGreaterThan(1);
    assertThat(ladder.levels().stream().skip(1))
        .extracting(ServiceLevel::mode)
        .contains(RoutingMode.STATIC);
    assertThat(ladder.level(ladder.lowest()).cost()).isLessThan(0.6);
    assertThat(ladder.level(ladder.lowest()).bleuLoss()).isPositive();
  }
}
