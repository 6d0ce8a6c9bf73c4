package io.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SpeedFilterTest {
  private static final double BATCH_SECONDS = 0.02;

  private final SpeedFilter filter = new SpeedFilter(List.of(1.0, 0.98, 0.8, 0.7));
  private final Random random = new Random(5);

  private void batches(int level, int count, double ratio) {
    for (int i = 0; i < count; i++) {
      filter.observe(level, ratio * Math.exp(0.1 * random.nextGaussian()), 1, BATCH_SECONDS);
    }
  }

  @Test
  void shouldLearnTheMachineFromTheFirstBatches() {
    batches(0, 3, 3);

    assertThat(filter.factor(0)).isCloseTo(3, within(0.4));
    assertThat(filter.factor(2)).as("levels that were not used").isCloseTo(3, within(0.4));
  }

  @Test
  void shouldPutDownToALevelWhatSlowsDownWhenItIsEntered() {
    batches(0, 50, 1);
    batches(2, 20, 1 / 0.85);

    assertThat(filter.factor(2)).isCloseTo(1 / 0.85, within(0.08));
    assertThat(filter.factor(0)).isLessThan(1.1);
  }

  @Test
  void shouldExpectLessOfOtherLevelsWhenOneDoesNotSaveWhatItShould() {
    batches(0, 50, 1);
    batches(3, 40, 1 / 0.7); // as slow as full quality

    double full = filter.factor(0);
    assertThat(0.7 * filter.factor(3)).isCloseTo(full, within(0.08));
    assertThat(0.8 * filter.factor(2)).isBetween(0.9 * full, 1.02 * full);
    assertThat(0.98 * filter.factor(1)).isBetween(0.97 * full, 1.02 * full);
  }

  @Test
  void shouldPutDownToTheMachineWhatSlowsDownWhileALevelIsKept() {
    batches(0, 50, 1);
    batches(2, 200, 1);
    batches(2, 200, 2);

    assertThat(filter.factor(2)).isCloseTo(2, within(0.2));
    assertThat(filter.factor(0)).isGreaterThan(1.6);
  }

  @Test
  void shouldNotBelieveOneBatchThatWasStopped() {
    batches(0, 50, 1);

    filter.observe(0, 1000, 1, BATCH_SECONDS);

    assertThat(filter.factor(0)).isLessThan(1.15);
  }

  @Test
  void shouldLearnLessFromSmallBatches() {
    batches(0, 50, 1);
    double before = filter.factor(0);
    filter.observe(0, 2, 1.0 / 32, BATCH_SECONDS);
    double small = filter.factor(0) - before;
    filter.observe(0, 2, 1, BATCH_SECONDS);

    assertThat(filter.factor(0) - before - small).isGreaterThan(5 * small);
  }

  @Test
  void shouldNotTakeALevelToBeSlowerThanFullQuality() {
    batches(0, 50, 1);
    batches(3, 20, 4);

    assertThat(filter.factor(3)).isCloseTo(4, within(0.6));
    assertThat(0.7 * filter.factor(3)).isCloseTo(filter.factor(0), within(0.08));
  }

  @Test
  void shouldTryALevelAgainThatWasEnteredInABadMoment() {
    batches(0, 100, 1);
    batches(3, 20, 4); // something else had the processors for a while
    double then = 0.7 * filter.factor(3) / filter.factor(0);
    batches(0, 1500, 1); // half a minute

    assertThat(then).as("its time against that of full quality").isCloseTo(1, within(0.04));
    assertThat(0.7 * filter.factor(3) / filter.factor(0)).isLessThan(0.88);
  }

  @Test
  void shouldNotBlameTheMachineInTheEndForWhatTheLevelInUseErrs() {
    batches(0, 50, 1);
    batches(3, 6000, 1 / 0.85); // two minutes

    assertThat(filter.factor(0)).isLessThan(1.08);
    assertThat(filter.factor(3)).isCloseTo(1 / 0.85, within(0.08));
  }

  @Test
  void shouldNotForgetLevelsWhileABatchIsStopped() {
    batches(0, 50, 1);
    batches(3, 40, 1 / 0.85);
    batches(0, 300, 1);
    double known = filter.factor(3) / filter.factor(0);
    filter.observe(0, 1e5, 1, BATCH_SECONDS); // half an hour

    assertThat(known).isGreaterThan(1.1);
    assertThat(filter.factor(3) / filter.factor(0)).isCloseTo(known, within(0.03));
  }

  @Test
  void shouldBelieveATableThatCallsALevelSlowerThanFullQuality() {
    SpeedFilter slower = new SpeedFilter(List.of(1.0, 1.05));
    for (int i = 0; i < 50; i++) {
      slower.observe(i % 2, 1, 1, BATCH_SECONDS);
    }

    assertThat(slower.factor(0)).isCloseTo(1, within(0.01));
    assertThat(slower.factor(1)).isCloseTo(1, within(0.01));
  }
}
