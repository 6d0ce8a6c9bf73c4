package io.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class FullBatchesTest {
  private static final int ROWS = 32;

  private final ServiceLadder ladder = Ladders.five();
  private final ServiceModel model = new ServiceModel(ladder, Ladders.times(), 2, ROWS);

  private void batch(int level, int rows, double slower) {
    BatchWork work = new BatchWork(rows, rows * 16, rows * 17, 24);
    ServiceLevel at = ladder.level(level);
    model.observe(at, work, slower * Ladders.times().millis(at, work));
  }

  @Test
  void shouldSayByLevelHowLongFullBatchesTook() {
    batch(0, ROWS, 2);
    batch(0, ROWS, 3);
    batch(0, ROWS - 1, 100); // not full
    batch(4, ROWS, 1.5);

    FullBatches batches = model.fullBatches();

    assertThat(batches.ratio(0).getAsDouble()).isCloseTo(2.5, within(1e-9));
    assertThat(batches.ratio(4).getAsDouble()).isCloseTo(1.5, within(1e-9));
    assertThat(batches.ratio(1)).isEmpty();
  }

  @Test
  void shouldCompareWithWhatWasExpectedOfEachLevel() {
    List<Double> expected = List.of(2.0, 1.0, 1.0, 1.0, 3.0);
    batch(0, ROWS, 7);
    FullBatches before = model.fullBatches();
    assertThat(before.since(before).slowness(expected)).isEmpty();

    batch(0, ROWS, 2.2);
    batch(4, ROWS, 3.3);

    FullBatches later = model.fullBatches().since(before);
    assertThat(later.slowness(expected).getAsDouble()).isCloseTo(1.1, within(1e-9));
    assertThat(later.and(before).ratio(0).getAsDouble()).isCloseTo(4.6, within(1e-9));
  }
}
