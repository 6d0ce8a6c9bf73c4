package io.sluice.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.control.PartitionLoad;
import io.sluice.control.PendingLoad;
import io.sluice.domain.UnavailableException;
import io.sluice.metrics.Exposition;
import io.sluice.metrics.PrometheusMeters;
import io.sluice.metrics.SluiceMeter;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LagGaugesTest {
  private final PrometheusMeters prometheus = new PrometheusMeters();
  private final AtomicLong nanos = new AtomicLong();
  private Supplier<List<PartitionLoad>> loads = () -> List.of(unread(0, 5), unread(1, 7));
  private final LoadSensor sensor =
      new LoadSensor(
          partitions -> loads.get(),
          () -> Set.of(0, 1),
          () -> PendingLoad.none(),
          List.of(new LagGauges(prometheus.meters(), nanos::get)),
          nanos::get,
          prometheus.meters());

  private static PartitionLoad unread(int partition, long records) {
    return new PartitionLoad(partition, 100 + records, 100, true);
  }

  @AfterEach
  void close() {
    sensor.close();
    prometheus.close();
  }

  @Test
  void shouldForgetAPartitionThatAnotherInstanceHasNow() {
    sensor.look();
    assertThat(scrape().sum(SluiceMeter.LAG)).hasValue(12);
    loads = () -> List.of(unread(1, 7), unread(2, 100));
    sensor.look();

    assertThat(scrape().sum(SluiceMeter.LAG, "partition", "0")).isEmpty();
    assertThat(scrape().sum(SluiceMeter.LAG)).hasValue(107);
  }

  @Test
  void shouldLeaveOutAPartitionFromWhichNothingCanBeFetched() {
    loads = () -> List.of(unread(0, 5), new PartitionLoad(1, 9, 2, false));
    sensor.look();

    assertThat(scrape().of(SluiceMeter.LAG)).hasSize(1);
    assertThat(scrape().sum(SluiceMeter.LAG)).hasValue(5);
  }

  @Test
  void shouldKeepTheLastValueAndCountWhenTheBrokerDoesNotAnswer() {
    sensor.look();
    loads =
        () -> {
          throw new UnavailableException("the broker is away", null);
        };
    nanos.addAndGet(Duration.ofSeconds(30).toNanos());
    sensor.look();
    sensor.look();

    assertThat(scrape().sum(SluiceMeter.LAG)).hasValue(12);
    assertThat(scrape().sum(SluiceMeter.SENSOR_FAILURES)).hasValue(2);
    assertThat(scrape().sum(SluiceMeter.LAG_AGE)).hasValue(30);

    loads = () -> List.of(unread(0, 0), unread(1, 0));
    sensor.look();

    assertThat(scrape().sum(SluiceMeter.LAG)).hasValue(0);
    assertThat(scrape().sum(SluiceMeter.LAG_AGE)).hasValue(0);
  }

  @Test
  void shouldShowNothingBeforeTheLagIsKnown() {
    assertThat(scrape().sum(SluiceMeter.LAG)).isEmpty();
    assertThat(scrape().sum(SluiceMeter.LAG_AGE)).isEmpty();
  }

  private Exposition scrape() {
    return Exposition.parse(prometheus.scrape());
  }
}
