package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.control.FullBatches;
import io.sluice.simulation.Pace;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchesBySecondTest {
  private static final Pace.Look NOTHING = new Pace.Look(0, 0);
  private static final List<Double> RATIOS = List.of(2.0, 4.0);

  private final BatchesBySecond batches = new BatchesBySecond();

  private static FullBatches soFar(double full, double cheap) {
    return new FullBatches(List.of(full, cheap), List.of(full / 2, cheap / 4));
  }

  @Test
  void shouldSayWhatWasExpectedOfTheBatchesOfEachSecond() {
    batches.seen(-0.1, soFar(0, 0));
    batches.seen(0.2, soFar(500, 0));
    batches.seen(0.9, soFar(1000, 500));
    batches.seen(1.1, soFar(1000, 500));
    batches.seen(3.9, soFar(1000, 1400));

    assertThat(batches.looks(RATIOS))
        .containsExactly(new Pace.Look(1.5, 1.5), NOTHING, NOTHING, new Pace.Look(0.9, 0.9));
  }

  @Test
  void shouldSeeTheSecondsInWhichTheyTakeLonger() {
    batches.seen(0.9, soFar(100, 0));
    batches.seen(1.9, soFar(200, 0));
    batches.seen(2.9, new FullBatches(List.of(500.0, 0.0), List.of(150.0, 0.0)));

    assertThat(batches.looks(RATIOS))
        .containsExactly(NOTHING, new Pace.Look(0.1, 0.1), new Pace.Look(0.3, 0.1));
  }

  @Test
  void shouldKnowNothingOfARunThatWasNotLookedAt() {
    assertThat(batches.looks(RATIOS)).isEmpty();
  }
}
