package io.sluice.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class IntervalsTest {
  @Test
  void shouldCountOverlapsOnce() {
    Intervals intervals = new Intervals();
    intervals.add(10, 20);
    intervals.add(15, 25);
    intervals.add(12, 13);
    intervals.add(40, 41);
    intervals.add(50, 50);

    assertThat(intervals.covered()).isEqualTo(16);
  }

  @Test
  void shouldBeZeroWhenEmpty() {
    assertThat(new Intervals().covered()).isZero();
  }
}
