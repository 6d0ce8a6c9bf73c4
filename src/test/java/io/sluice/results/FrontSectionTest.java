package io.sluice.results;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.results.FrontSection.Point;
import org.junit.jupiter.api.Test;

class FrontSectionTest {
  private final Point slow = new Point("dense-8-8", 1, 100);

  @Test
  void shouldKeepOnTheFrontWhatIsFasterButWorse() {
    Point fast = new Point("token-4-8", 1.2, 99);

    assertThat(fast.dominatedBy(slow)).isFalse();
    assertThat(slow.dominatedBy(fast)).isFalse();
  }

  @Test
  void shouldDominateWhatIsAsFastAndWorse() {
    Point worse = new Point("static-4-8", 1, 99);

    assertThat(worse.dominatedBy(slow)).isTrue();
    assertThat(slow.dominatedBy(worse)).isFalse();
  }

  @Test
  void shouldNotDominateItsEqual() {
    assertThat(slow.dominatedBy(new Point("token-4-8", 1, 100))).isFalse();
  }
}
