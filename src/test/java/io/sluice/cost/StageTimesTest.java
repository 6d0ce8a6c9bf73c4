package io.sluice.cost;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.nn.StageClock.Half;
import io.sluice.nn.StageClock.Stage;
import org.junit.jupiter.api.Test;

class StageTimesTest {
  private long now;
  private final StageTimes times = new StageTimes(() -> now);

  @Test
  void shouldGiveEachPartTheTimeUpToTheNextOne() {
    batch();

    assertThat(times.nanos(Half.ENCODER, Stage.OVERHEAD)).isEqualTo(1);
    assertThat(times.nanos(Half.ENCODER, Stage.FEED_FORWARD)).isEqualTo(10);
    assertThat(times.nanos(Half.DECODER, Stage.OVERHEAD)).isEqualTo(100 + 100);
    assertThat(times.nanos(Half.DECODER, Stage.FEED_FORWARD)).isEqualTo(1000);
    assertThat(times.nanos(Half.DECODER, Stage.SEARCH)).isEqualTo(10_000);
    assertThat(times.nanos(Half.DECODER)).isEqualTo(11_200);
    assertThat(times.steps()).isEqualTo(2);
  }

  @Test
  void shouldNotCountTheTimeBetweenBatches() {
    batch();
    now += 1_000_000;
    batch();

    assertThat(times.nanos(Half.ENCODER) + times.nanos(Half.DECODER)).isEqualTo(2 * 11_211);
  }

  @Test
  void shouldAddUpWorkers() {
    batch();
    StageTimes sum = new StageTimes();
    sum.add(times);
    sum.add(times);

    assertThat(sum.nanos(Half.DECODER, Stage.SEARCH)).isEqualTo(20_000);
    assertThat(sum.steps()).isEqualTo(4);
  }

  private void batch() {
    times.begin(Half.ENCODER);
    now += 1;
    times.enter(Stage.FEED_FORWARD);
    now += 10;
    times.begin(Half.DECODER);
    now += 100;
    times.enter(Stage.FEED_FORWARD);
    now += 1000;
    times.enter(Stage.SEARCH);
    now += 10_000;
    times.begin(Half.DECODER);
    now += 100;
    times.pause();
  }
}
