package io.sluice.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MicrometerMetersTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final MicrometerMeters meters = new MicrometerMeters(registry);

  @Test
  void shouldCountByLabel() {
    meters.add(SluiceMeter.RECORDS, 2, "translated");
    meters.add(SluiceMeter.RECORDS, 1, "translated");
    meters.add(SluiceMeter.RECORDS, 5, "rejected");

    assertThat(registry.get("sluice.records").tag("outcome", "translated").counter().count())
        .isEqualTo(3);
  }

  @Test
  void shouldRecordAndReadGauges() {
    meters.record(SluiceMeter.QUEUE, 0.5);
    meters.gauge(SluiceMeter.READY, () -> 0);
    meters.gauge(SluiceMeter.READY, () -> 1);

    assertThat(registry.get("sluice_queue_seconds").timer().totalTime(TimeUnit.SECONDS))
        .isEqualTo(0.5);
    assertThat(registry.get("sluice.ready").gauge().value()).isEqualTo(1);
  }

  @Test
  void shouldForgetAGaugeAndTakeItAgain() {
    meters.gauge(SluiceMeter.LAG, () -> 7, "3");
    meters.forget(SluiceMeter.LAG, "3");
    meters.forget(SluiceMeter.LAG, "4");

    assertThat(registry.find("sluice.lag.records").gauges()).isEmpty();

    meters.gauge(SluiceMeter.LAG, () -> 8, "3");

    assertThat(registry.get("sluice.lag.records").tag("partition", "3").gauge().value())
        .isEqualTo(8);
  }

  @Test
  void shouldKeepLabelsClosedWhenAValueIsNotOfTheSet() {
    meters.add(SluiceMeter.LEVEL_CHANGES, 1, "sideways", "WHIM");

    assertThat(
            registry
                .get("sluice.level.changes")
                .tags("direction", "other", "cause", "other")
                .counter()
                .count())
        .isEqualTo(1);
  }

  @Test
  void shouldRefuseWrongNumberOfLabels() {
    assertThatThrownBy(() -> meters.add(SluiceMeter.RECORDS, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldFollowNamingRules() {
    assertThat(Arrays.asList(SluiceMeter.values()))
        .allSatisfy(
            meter -> {
              assertThat(meter.exportedName()).matches("sluice_[a-z_]+");
              assertThat(meter.exportedName().endsWith("_total"))
                  .isEqualTo(meter.kind() == SluiceMeter.Kind.COUNTER);
              assertThat(meter.exportedName().endsWith("_seconds"))
                  .isEqualTo(meter.unit() == SluiceMeter.Unit.SECONDS);
              assertThat(meter.buckets()).isSorted();
              assertThat(meter.buckets().length > 0)
                  .isEqualTo(meter.kind() == SluiceMeter.Kind.HISTOGRAM);
            });
  }
}
