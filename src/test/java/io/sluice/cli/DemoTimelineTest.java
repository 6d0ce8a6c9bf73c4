package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.simulation.Second;
import org.junit.jupiter.api.Test;

class DemoTimelineTest {
  private static final long SECOND = 1_000_000_000;

  @Test
  void shouldNoteWhatHappenedInEachSecond() {
    DemoTimeline timeline = new DemoTimeline(7 * SECOND);
    timeline.seen(100, 0);
    timeline.seen(300, 1);
    assertThat(timeline.isDue(8 * SECOND - 1)).isFalse();
    assertThat(timeline.isDue(8 * SECOND)).isTrue();
    timeline.end(5, 3, 2);
    assertThat(timeline.isDue(8 * SECOND)).isFalse();
    timeline.end(9, 0, 1);

    assertThat(timeline.seconds())
        .containsExactly(new Second(0, 5, 2, 3, 2, 300, 0.5), new Second(1, 4, 0, 0, 1, 0, 0));
  }
}
