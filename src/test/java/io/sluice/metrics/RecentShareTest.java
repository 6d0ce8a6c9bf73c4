package io.sluice.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RecentShareTest {
  private final AtomicLong nanos = new AtomicLong(-7);
  private final RecentShare share = new RecentShare(nanos::get);

  @Test
  void shouldBeZeroWithoutEvents() {
    assertThat(share.value()).isZero();
  }

  @Test
  void shouldCountTheLastMinuteOnly() {
    share.add(true);
    nanos.addAndGet(Duration.ofSeconds(30).toNanos());
    share.add(false);
    share.add(false);
    share.add(true);

    assertThat(share.value()).isEqualTo(0.5);

    nanos.addAndGet(Duration.ofSeconds(35).toNanos());

    assertThat(share.value()).isEqualTo(1.0 / 3);

    nanos.addAndGet(Duration.ofSeconds(60).toNanos());

    assertThat(share.value()).isZero();
  }
}
