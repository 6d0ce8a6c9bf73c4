package io.sluice.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.domain.UnavailableException;
import io.sluice.metrics.Exposition;
import io.sluice.metrics.PrometheusMeters;
import io.sluice.metrics.SluiceMeter;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LagMonitorTest {
  private final PrometheusMeters prometheus = new PrometheusMeters();
  private final AtomicLong nanos = new AtomicLong();
  private final AtomicBoolean closed = new AtomicBoolean();
  private Supplier<Map<Integer, Long>> unread = () -> Map.of(0, 5L, 1, 7L, 2, 100L);
  private Set<Integer> owned = Set.of(0, 1);
  private final LagMonitor monitor =
      new LagMonitor(
          () -> unread.get(), () -> owned, prometheus.meters(), nanos::get, () -> closed.set(true));

  @AfterEach
  void close() {
    monitor.close();
    prometheus.close();
  }

  @Test
  void shouldShowThePartitionsOfThisInstanceOnly() {
    monitor.read();

    assertThat(scrape().sum(SluiceMeter.LAG)).hasValue(12);
    assertThat(scrape().sum(SluiceMeter.LAG, "partition", "2")).isEmpty();
  }

  @Test
  void shouldForgetAPartitionThatAnotherInstanceHasNow() {
    monitor.read();
    owned = Set.of(1, 2);
    monitor.read();

    assertThat(scrape().sum(SluiceMeter.LAG, "partition", "0")).isEmpty();
    assertThat(scrape().sum(SluiceMeter.LAG)).hasValue(107);
  }

  @Test
  void shouldKeepTheLastValueAndCountWhenTheBrokerDoesNotAnswer() {
    monitor.read();
    unread =
        () -> {
          throw new UnavailableException("the broker is away", null);
        };
    nanos.addAndGet(Duration.ofSeconds(30).toNanos());
    monitor.read();
    monitor.read();

    assertThat(scrape().sum(SluiceMeter.LAG)).hasValue(12);
    assertThat(scrape().sum(SluiceMeter.SENSOR_FAILURES)).hasValue(2);
    assertThat(scrape().sum(SluiceMeter.LAG_AGE)).hasValue(30);

    unread = () -> Map.of(0, 0L, 1, 0L);
    monitor.read();

    assertThat(scrape().sum(SluiceMeter.LAG)).hasValue(0);
    assertThat(scrape().sum(SluiceMeter.LAG_AGE)).hasValue(0);
  }

  @Test
  void shouldShowNothingBeforeItHasReadTheLag() {
    assertThat(scrape().sum(SluiceMeter.LAG)).isEmpty();
    assertThat(scrape().sum(SluiceMeter.LAG_AGE)).isEmpty();
  }

  @Test
  void shouldCloseWhatItReadsWith() {
    monitor.close();

    assertThat(closed).isTrue();
  }

  private Exposition scrape() {
    return Exposition.parse(prometheus.scrape());
  }
}
