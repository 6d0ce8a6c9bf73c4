package io.sluice.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.control.PartitionLoad;
import io.sluice.control.PendingLoad;
import io.sluice.domain.UnavailableException;
import io.sluice.metrics.MicrometerMeters;
import io.sluice.testing.ManualClock;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoadSensorTest {
  private static final PendingLoad NOTHING = PendingLoad.none();

  private final ManualClock clock = new ManualClock();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final List<String> told = new ArrayList<>();
  private Set<Integer> owned = Set.of(0, 1);
  private List<PartitionLoad> offsets =
      List.of(new PartitionLoad(0, 10, 4, true), new PartitionLoad(1, 7, 7, true));
  private PendingLoad pending = NOTHING;
  private boolean away;
  private boolean listenerFails;
  private boolean busy;
  private final IdleGate gate = new IdleGate(Duration.ofSeconds(2), clock::nanos, () -> busy);
  private final LoadSensor sensor =
      new LoadSensor(
          partitions -> {
            if (away) {
              throw new UnavailableException("away");
            }
            return offsets.stream().filter(each -> partitions.contains(each.partition())).toList();
          },
          () -> owned,
          () -> pending,
          List.of(new Told(), gate),
          clock::nanos,
          new MicrometerMeters(registry));

  /** Writes down what it is told. */
  private final class Told implements LoadListener {
    @Override
    public void sampled(long nanos, List<PartitionLoad> partitions, PendingLoad held) {
      if (listenerFails) {
        throw new IllegalStateException("a defect");
      }
      told.add("sampled " + partitions.size());
    }

    @Override
    public void stale(long nanos) {
      told.add("stale");
    }

    @Override
    public void rebalanced(long nanos) {
      told.add("rebalanced");
    }
  }

  @AfterEach
  void close() {
    sensor.close();
  }

  private void lookAfter(Duration time) {
    clock.advance(time);
    sensor.look();
  }

  private double failures() {
    return registry.counter("sluice.sensor.failures").count();
  }

  @Test
  void shouldFreezeTheFirstLookAndThatAfterARebalance() {
    assertThat(sensor.latest().stale()).isTrue();
    sensor.look();
    assertThat(sensor.latest().frozen()).isTrue();
    sensor.look();
    assertThat(sensor.latest().frozen()).isFalse();

    owned = Set.of(1);
    sensor.look();
    assertThat(sensor.latest().frozen()).isTrue();
    assertThat(sensor.latest().owned()).hasSize(1);
    sensor.look();
    sensor.rebalanced();
    sensor.look();
    assertThat(sensor.latest().frozen()).isTrue();
    sensor.look();
    assertThat(sensor.latest().frozen()).isFalse();
    assertThat(told)
        .containsExactly(
            "rebalanced",
            "sampled 2",
            "sampled 2",
            "rebalanced",
            "sampled 1",
            "sampled 1",
            "rebalanced",
            "sampled 1",
            "sampled 1");
  }

  @Test
  void shouldKeepTheLastValueAndCountWhenTheBrokerDoesNotAnswer() {
    sensor.look();
    away = true;
    sensor.look();

    assertThat(sensor.latest().stale()).isTrue();
    assertThat(sensor.latest().unread()).isEqualTo(6);
    assertThat(failures()).isEqualTo(1);
    assertThat(told).endsWith("stale");
    away = false;
    sensor.look();
    assertThat(sensor.latest().stale()).isFalse();
  }

  @Test
  void shouldFreezeTheFirstLookThatSucceedsAfterARebalance() {
    sensor.look();
    sensor.look();
    away = true;
    sensor.rebalanced();
    sensor.look();
    assertThat(sensor.latest().stale()).isTrue();
    away = false;
    sensor.look();
    assertThat(sensor.latest().frozen()).isTrue();
    sensor.look();
    assertThat(sensor.latest().frozen()).isFalse();

    away = true;
    owned = Set.of(1);
    sensor.look();
    away = false;
    sensor.look();
    assertThat(sensor.latest().frozen()).isTrue();
    sensor.look();
    assertThat(sensor.latest().frozen()).isFalse();
    assertThat(told).endsWith("rebalanced", "stale", "rebalanced", "sampled 1", "sampled 1");
  }

  @Test
  void shouldCountWhateverTheAdminClientThrows() {
    Admin throwing =
        (Admin)
            Proxy.newProxyInstance(
                Admin.class.getClassLoader(),
                new Class<?>[] {Admin.class},
                (proxy, method, arguments) -> {
                  throw new KafkaException("closed, or a defect");
                });
    ApplicationConfig config =
        ApplicationConfig.builder("127.0.0.1:1", "mock://sensor").applicationId("sensor").build();
    try (LagReader reader = new LagReader(throwing, config);
        LoadSensor failing =
            new LoadSensor(
                reader,
                () -> owned,
                () -> pending,
                List.of(new Told()),
                clock::nanos,
                new MicrometerMeters(registry))) {
      failing.look();
      failing.look();

      assertThat(failing.latest().stale()).isTrue();
    }
    assertThat(failures()).isEqualTo(2);
    assertThat(told).containsExactly("rebalanced", "stale", "rebalanced", "stale");
  }

  @Test
  void shouldGoOnWhenAListenerFails() {
    listenerFails = true;
    sensor.look();

    assertThat(failures()).isEqualTo(1);
    assertThat(sensor.latest().stale()).as("the look itself did not fail").isFalse();
    listenerFails = false;
    sensor.look();
    assertThat(told).endsWith("sampled 2");
  }

  @Test
  void shouldLeaveOutOnlyPartitionsFromWhichNothingCanBeFetched() {
    offsets = List.of(new PartitionLoad(0, 10, 4, false), new PartitionLoad(1, 9, 7, true));
    sensor.look();

    assertThat(sensor.latest().unread()).isEqualTo(2);
  }

  @Test
  void shouldNotCountAsUnreadWhatWasHandedInAndIsNotCommittedYet() {
    pending = new PendingLoad(3, 15, 0, 3, 15, 0, 0, Map.of(0, 8L, 1, 5L, 2, 9L));
    sensor.look();

    assertThat(sensor.latest().owned())
        .containsExactly(new PartitionLoad(0, 10, 8, true), new PartitionLoad(1, 7, 7, true));
    assertThat(sensor.latest().unread()).isEqualTo(2);
  }

  @Test
  void shouldOpenTheGateWhenThereWasNothingToDoForTheWholeDwellTime() {
    offsets = List.of(new PartitionLoad(0, 4, 4, true), new PartitionLoad(1, 7, 7, true));
    sensor.look();
    lookAfter(Duration.ofSeconds(1)); // the first look was frozen
    lookAfter(Duration.ofSeconds(1));
    assertThat(gate.isOpen()).isFalse();
    lookAfter(Duration.ofSeconds(1));
    assertThat(gate.isOpen()).isTrue();

    busy = true;
    assertThat(gate.isOpen()).isFalse();
    busy = false;
    assertThat(gate.isOpen()).as("the dwell time begins anew").isFalse();
    lookAfter(Duration.ofSeconds(1));
    lookAfter(Duration.ofSeconds(2));
    assertThat(gate.isOpen()).isTrue();
  }

  @Test
  void shouldShutTheGateWhenTheSensorIsStaleOrARecordCameAndWent() {
    offsets = List.of();
    sensor.look();
    lookAfter(Duration.ofSeconds(1));
    lookAfter(Duration.ofSeconds(3));
    assertThat(gate.isOpen()).isTrue();

    pending = new PendingLoad(1, 5, 5, 0, 0, 0, 0, Map.of());
    lookAfter(Duration.ofSeconds(1));
    assertThat(gate.isOpen()).isFalse();
    lookAfter(Duration.ofSeconds(1));
    lookAfter(Duration.ofSeconds(3));
    assertThat(gate.isOpen()).isTrue();
    away = true;
    lookAfter(Duration.ofSeconds(1));
    assertThat(gate.isOpen()).isFalse();
  }
}
