package io.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.control.law.ControlLaw;
import io.sluice.control.law.FixedLaw;
import io.sluice.domain.BudgetCause;
import io.sluice.domain.ExpertBudget;
import io.sluice.domain.RoutingMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class BudgetControllerTest {
  private static final long SECOND = 1_000_000_000;
  private final List<LevelChange> changes = new ArrayList<>();
  private final ServiceLadder ladder = Ladders.five();
  private final ServiceModel model = new ServiceModel(ladder, Ladders.times(), 2, 32);

  private BudgetController controller(ControlLaw law) {
    return new BudgetController(ladder, law, model, Duration.ofSeconds(10), changes::add);
  }

  private static LoadSample sample(long seconds, double waiting, boolean stale, boolean frozen) {
    return new LoadSample(seconds * SECOND, waiting, waiting * 10, 0, 0, 0, 500, 10, stale, frozen);
  }

  @Test
  void shouldSayWhyTheLevelChanged() {
    BudgetController controller =
        controller(situation -> situation.load().waitingRecords() > 0 ? 3 : 0);
    double predicted = model.capacity().tokensPerSecond().get(3);

    controller.update(sample(1, 100, false, false));
    controller.update(sample(2, 100, false, false));
    controller.update(sample(3, 0, false, false));

    assertThat(changes)
        .extracting(LevelChange::cause)
        .containsExactly(LevelChange.Cause.BACKLOG_GREW, LevelChange.Cause.BACKLOG_SHRANK);
    LevelChange first = changes.get(0);
    assertThat(first.from().number()).isZero();
    assertThat(first.to().number()).isEqualTo(3);
    assertThat(first.load().lagRecords()).isEqualTo(100);
    assertThat(first.predictedTokensPerSecond()).isEqualTo(predicted);
    assertThat(first.measuredTokensPerSecond()).isEqualTo(500);
  }

  @Test
  void shouldTellSmoothedRates() {
    BudgetController controller =
        controller(situation -> situation.load().waitingRecords() > 0 ? 3 : 0);

    controller.update(rates(1, 0, 400, 100));
    controller.update(rates(2, 0, 400, 300));
    controller.update(rates(3, 100, 0, 500));
    controller.update(rates(4, 0, 0, 200));

    // a sample without arrivals does not say that nothing comes
    assertThat(changes.get(0).load().arrivalTokensPerSecond()).isBetween(100.0, 200.0);
    assertThat(changes.get(0).measuredTokensPerSecond()).isEqualTo(400);
    assertThat(changes.get(1).measuredTokensPerSecond()).isEqualTo(200);
  }

  private static LoadSample rates(long seconds, double waiting, double arrive, double served) {
    return new LoadSample(
        seconds * SECOND, waiting, waiting * 10, 0, 0, arrive, served, 10, false, false);
  }

  @Test
  void shouldStampBudgetsWithTheirCause() {
    BudgetController controller = controller(situation -> 3);
    assertThat(controller.currentBudget(0).cause()).isEqualTo(BudgetCause.FULL);

    controller.update(sample(1, 100, false, false));

    assertThat(controller.currentBudget(0).cause()).isEqualTo(BudgetCause.LAG);
    assertThat(controller.currentBudget(0).decoderExperts()).containsOnly(8);
    assertThat(controller.currentBudget(0).backlogMillis()).isPositive();
    assertThat(controller.currentBudget(0.5).cause()).isEqualTo(BudgetCause.FLOOR);
    assertThat(controller.currentBudget(0.5).decoderExperts()).containsOnly(16);
    assertThat(controller.currentBudget(1).mode()).isEqualTo(RoutingMode.DENSE);
    assertThat(controller.currentBudget(1).cause()).isEqualTo(BudgetCause.FLOOR);
  }

  @Test
  void shouldGoBackToFullSlowlyWhileTheSensorIsStale() {
    BudgetController controller = controller(situation -> 2);
    controller.update(sample(1, 100, false, false));
    changes.clear();

    for (int second = 2; second <= 40; second++) {
      controller.update(sample(second, 100, true, false));
    }

    assertThat(changes).extracting(change -> change.nanos() / SECOND).containsExactly(12L, 22L);
    assertThat(changes).extracting(LevelChange::cause).containsOnly(LevelChange.Cause.SENSOR_STALE);
    assertThat(controller.level().number()).isZero();
  }

  @Test
  void shouldNotDecideOnFrozenSamples() {
    BudgetController controller = controller(situation -> 2);

    controller.update(sample(1, 100, false, true));

    assertThat(controller.level().number()).isZero();
  }

  @Test
  void shouldStayWhereALawIsFixed() {
    BudgetController controller = controller(new FixedLaw(2));

    controller.update(sample(1, 5000, false, false));

    assertThat(controller.currentBudget(0).cause()).isEqualTo(BudgetCause.MANUAL);
    assertThat(controller.level().number()).isEqualTo(2);
    assertThat(changes).isEmpty();
  }

  @Test
  void shouldNotCallALadderWithinBoundsFullAndStillKeepFloors() {
    ServiceLadder bounded = ladder.bounded(1, 16);
    BudgetController controller =
        new BudgetController(bounded, situation -> 1, model, Duration.ofSeconds(10), changes::add);

    assertThat(controller.currentBudget(0).cause()).isEqualTo(BudgetCause.MANUAL);
    assertThat(controller.currentBudget(0).decoderExperts()).containsOnly(16);
    assertThat(controller.currentBudget(0.75).cause()).isEqualTo(BudgetCause.FLOOR);
    assertThat(controller.currentBudget(0.75).decoderExperts()).containsOnly(24);
    assertThat(controller.currentBudget(0.75).encoderExperts()).containsOnly(24);
    controller.update(sample(1, 100, false, false));
    assertThat(controller.currentBudget(0).cause()).isEqualTo(BudgetCause.LAG);
  }

  @Test
  void shouldLearnFromBatchesWithBudgetsOfTheLadderOnly() {
    BudgetController controller = controller(situation -> 3);
    ExpertBudget known = controller.currentBudget(0);
    ExpertBudget raised =
        new ExpertBudget(
            List.of(31, 31, 31),
            List.of(31, 31, 31, 31, 31),
            RoutingMode.TOKEN,
            BudgetCause.FLOOR,
            0);

    controller.translated(raised, BatchWork.TYPICAL, 10_000);
    assertThat(model.correction()).isEqualTo(1);
    double expected = Ladders.times().millis(ladder.level(0), BatchWork.TYPICAL);
    controller.translated(known, BatchWork.TYPICAL, 3 * expected);
    controller.translated(known, BatchWork.TYPICAL, 3 * expected);

    // the first batches count most
    assertThat(model.correction()).isBetween(2.0, 3.0);
  }

  @Test
  void shouldLearnLittleFromSmallBatches() {
    BatchWork one = new BatchWork(1, 16, 17, 17);
    double expected = Ladders.times().millis(ladder.level(0), one);

    model.observe(ladder.level(0), one, 3 * expected);

    assertThat(model.correction()).isBetween(1.01, 1.2);
  }

  @Test
  void shouldStayWithinTheLadderWhateverALawWants() {
    BudgetController controller = controller(situation -> 99);

    controller.update(sample(1, 1, false, false));

    assertThat(controller.level().number()).isEqualTo(ladder.lowest());
  }

  @Test
  void shouldLearnThatTheMachineIsSlowerThanItsTable() {
    double before = model.capacity().tokensPerSecond().get(0);

    for (int i = 0; i < 300; i++) {
      model.observe(
          ladder.level(0),
          BatchWork.TYPICAL,
          1.5 * Ladders.times().millis(ladder.level(0), BatchWork.TYPICAL));
    }

    assertThat(model.correction()).isCloseTo(1.5, Offset.offset(0.01));
    assertThat(model.capacity().tokensPerSecond().get(0))
        .isCloseTo(before / 1.5, Offset.offset(before / 50));
  }
}
