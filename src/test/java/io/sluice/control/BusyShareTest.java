package io.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class BusyShareTest {
  private static final long SAMPLE = 200_000_000;
  private final BusyShare share = new BusyShare();
  private long now = -5;

  private void samples(int count, boolean waits, double served) {
    for (int i = 0; i < count; i++) {
      now += SAMPLE;
      share.add(now, waits, served, 1000);
    }
  }

  @Test
  void shouldBelieveInFullServiceUntilWorkWaits() {
    samples(100, false, 100);
    samples(2, true, 100); // what is served first was asked for before

    assertThat(share.share()).isEqualTo(1);
  }

  @Test
  void shouldLearnWhichShareOfTheirTimeWorkersTranslate() {
    samples(100, true, 700);

    assertThat(share.share()).isCloseTo(0.7, within(0.02));
  }

  @Test
  void shouldCountLumpsAsTheMean() {
    for (int i = 0; i < 100; i++) {
      samples(1, true, 2000);
      samples(2, true, 0);
    }

    assertThat(share.share()).isCloseTo(2.0 / 3, within(0.05));
  }

  @Test
  void shouldKeepWhatItKnowsWhileNothingWaits() {
    samples(100, true, 700);
    samples(100, false, 0);

    assertThat(share.share()).isCloseTo(0.7, within(0.02));
  }

  @Test
  void shouldStayAShare() {
    samples(200, true, 5000);
    assertThat(share.share()).isEqualTo(1);
    samples(500, true, 0);
    assertThat(share.share()).isEqualTo(0.3);
  }
}
