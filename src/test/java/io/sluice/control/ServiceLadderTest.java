package io.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.control.ladder.LadderFile;
import io.sluice.control.ladder.TimesFile;
import io.sluice.domain.BudgetCause;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServiceLadderTest {

  @Test
  void shouldLeaveOutLevelsThatAnotherBeats() {
    ServiceLevel full = Ladders.level(0, 32, 0, 1);
    ServiceLevel good = Ladders.level(0, 20, 0.3, 0.8);
    ServiceLevel beaten = Ladders.level(0, 24, 0.4, 0.9);
    ServiceLevel slow = Ladders.level(0, 28, 0.1, 1.1);

    ServiceLadder ladder = ServiceLadder.of(full, List.of(beaten, slow, good), 32, 32);

    assertThat(ladder.levels()).containsExactly(full, good.numbered(1));
  }

  @Test
  void shouldKeepTenLevelsAndBothEndsWhenThereAreMore() {
    List<ServiceLevel> many = new ArrayList<>();
    for (int i = 1; i <= 20; i++) {
      many.add(Ladders.level(0, 32 - i, i, 1 - i * 0.04));
    }

    ServiceLadder ladder = ServiceLadder.of(Ladders.level(0, 32, 0, 1), many, 32, 32);

    assertThat(ladder.levels()).hasSize(ServiceLadder.MOST_LEVELS);
    assertThat(ladder.level(ladder.lowest()).bleuLoss()).isEqualTo(20);
    assertThat(ladder.level(0).bleuLoss()).isZero();
  }

  @Test
  void shouldRefuseALevelThatCostsMoreThanTheOneBefore() {
    List<ServiceLevel> levels = List.of(Ladders.level(0, 32, 0, 1), Ladders.level(1, 16, 1, 1.2));

    assertThatThrownBy(() -> new ServiceLadder(levels, 32, 32))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldSayTheBeamOfALevelOnlyWhereLevelsDiffer() {
    ServiceLadder greedy = Ladders.five();
    List<ServiceLevel> levels = new ArrayList<>(greedy.levels());
    levels.set(0, greedy.level(0).searching(4, 1, 0, 0, 0));
    ServiceLadder wide = new ServiceLadder(levels, 32, 32);

    assertThat(greedy.narrows()).isFalse();
    assertThat(greedy.budget(greedy.level(2), BudgetCause.LAG, 5).beam()).isZero();
    assertThat(wide.narrows()).isTrue();
    assertThat(wide.budget(wide.level(0), BudgetCause.LAG, 5).beam()).isEqualTo(4);
    assertThat(wide.budget(wide.level(2), BudgetCause.LAG, 5))
        .isEqualTo(greedy.budget(greedy.level(2), BudgetCause.LAG, 5).withBeam(1));
    assertThat(wide.isFull(0)).isTrue();
    assertThat(wide.isFull(1)).isFalse();
    assertThat(wide.expertsOnly().levels()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "4, 0, 4",
    "4, 0.125, 4",
    "4, 0.2, 3",
    "4, 0.5, 2",
    "4, 0.51, 1",
    "4, 1, 0",
    "1, 0.2, 1"
  })
  void shouldRaiseALevelUntilEveryLayerKeepsItsShare(int level, double share, int expected) {
    assertThat(Ladders.five().raised(level, share).number()).isEqualTo(expected);
  }

  @Test
  void shouldKeepWithinTheUsersBounds() {
    assertThat(Ladders.five().bounded(8, 24).levels())
        .extracting(level -> level.decoderExperts().get(0))
        .containsExactly(24, 16, 8);
    ServiceLadder between = Ladders.five().bounded(9, 10);
    assertThat(between.lowest()).isZero();
    assertThat(between.level(0).decoderExperts())
        .as("the cheapest level brought into the bounds")
        .allSatisfy(k -> assertThat(k).isBetween(9, 10));
    assertThatThrownBy(() -> Ladders.five().bounded(10, 9))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldReadWhatWasWritten() throws Exception {
    ObjectMapper json = new ObjectMapper();
    ServiceLadder ladder =
        LadderFile.read(json.readTree(LadderFile.write(Ladders.five()).toString()));

    assertThat(ladder.levels())
        .extracting(ServiceLevel::decoderExperts)
        .isEqualTo(Ladders.five().levels().stream().map(ServiceLevel::decoderExperts).toList());
    assertThat(TimesFile.read(json.readTree(TimesFile.write(Ladders.times()).toString())))
        .isEqualTo(Ladders.times());
  }

  @ParameterizedTest
  @CsvSource({
    // experts, expected milliseconds of 100 source, 100 target tokens, 10 steps
    "32, 27.5", // 0.5 + 10 + 5 + 12
    "4, 15.5", // 0.5 + 3 + 5 + 7
    "18, 21.5" // half way between them
  })
  void shouldPredictTimesBetweenThoseMeasured(int experts, double expected) {
    double millis =
        Ladders.times().millis(Ladders.level(0, experts, 0, 1), new BatchWork(8, 100, 100, 10));

    assertThat(millis).isCloseTo(expected, org.assertj.core.data.Offset.offset(1e-9));
  }
}
