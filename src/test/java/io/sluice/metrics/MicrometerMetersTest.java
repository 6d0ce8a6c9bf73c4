package io.sluice.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Arrays;
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

    assertThat(registry.get("sluice.queue").summary().totalAmount()).isEqualTo(0.5);
    assertThat(registry.get("sluice.ready").gauge().value()).isEqualTo(1);
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
            });
  }
}
