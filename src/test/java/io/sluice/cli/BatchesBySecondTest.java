package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sluice.control.FullBatches;
import io.sluice.simulation.Pace;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchesBySecondTest {
  private static final List<Double> RATIOS = List.of(2.0, 4.0);

  private final BatchesBySecond batches = new BatchesBySecond();

  private static FullBatches soFar(double full, double cheap) {
    return new FullBatches(List.of(full, cheap), List.of(full / 2, cheap / 4));
  }

  @Test
  void shouldBeSteadyWhereBatchesTakeWhatIsExpectedOfTheirLevel() {
    batches.seen(0.1, soFar(1000, 500));
    batches.seen(1.1, soFar(1700, 500));
    batches.seen(2.9, soFar(1700, 1400));

    assertThat(batches.pace(RATIOS).slowness()).containsExactly(1.0, 1.0, 1.0);
  }

  @Test
  void shouldSeeTheSecondsInWhichTheyTakeLonger() {
    batches.seen(-0.1, new FullBatches(List.of(0.0, 0.0), List.of(0.0, 0.0)));
    for (int second = 0; second < 4; second++) {
      batches.seen(
          second + 0.9, new FullBatches(List.of(100.0 * second, 0.0), List.of(50.0 * second, 0.0)));
    }
    for (int second = 4; second < 8; second++) {
      double real = 300 + 300.0 * (second - 3);
      batches.seen(second + 0.9, new FullBatches(List.of(real, 0.0), List.of(50.0 * second, 0.0)));
    }

    Pace pace = batches.pace(RATIOS);

    assertThat(pace.spread()).isCloseTo(3, within(1e-9));
    assertThat(pace.slowness()).isSorted().hasSize(8);
  }

  @Test
  void shouldKnowNothingOfARunThatWasNotLookedAt() {
    assertThat(batches.pace(RATIOS)).isEqualTo(Pace.STEADY);
  }
}
