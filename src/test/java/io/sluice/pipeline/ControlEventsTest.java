package io.sluice.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.avro.ControlCause;
import io.sluice.avro.ControlEvent;
import io.sluice.avro.ControlEventKind;
import io.sluice.control.LevelChange;
import io.sluice.control.LoadSample;
import io.sluice.control.ServiceLevel;
import io.sluice.domain.RoutingMode;
import io.sluice.metrics.MicrometerMeters;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ControlEventsTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final List<ControlEvent> sent = new CopyOnWriteArrayList<>();
  private final AtomicInteger opened = new AtomicInteger();
  private final AtomicBoolean away = new AtomicBoolean();

  /** Refuses while the broker is away. */
  private final class Sink implements EventSink {
    @Override
    public void send(ControlEvent event) {
      if (away.get()) {
        throw new IllegalStateException("away");
      }
      sent.add(event);
    }

    @Override
    public void close() {}
  }

  private ControlEvents events() {
    return new ControlEvents(
        "instance-1",
        () -> {
          opened.incrementAndGet();
          return new Sink();
        },
        () -> 1234,
        new MicrometerMeters(registry));
  }

  private static LevelChange change(int from, int to) {
    LoadSample load = new LoadSample(0, 100, 2000, 5, 900, 700, 500, 20, false, false);
    return new LevelChange(
        0, level(from), level(to), LevelChange.Cause.BACKLOG_GREW, load, 900, 500);
  }

  private static ServiceLevel level(int number) {
    return new ServiceLevel(
        number, List.of(32 - number), List.of(32), RoutingMode.TOKEN, 1, false, 1, number, 0, 0, 0);
  }

  private double failures() {
    return registry.counter("sluice.control.event.failures").count();
  }

  @Test
  void shouldSayWhatChangedAndWhy() {
    try (ControlEvents events = events()) {
      events.accept(change(0, 2));
      await().atMost(Duration.ofSeconds(30)).until(() -> sent.size() == 1);
    }

    ControlEvent event = sent.get(0);
    assertThat(event.getInstance()).isEqualTo("instance-1");
    assertThat(event.getDecidedAt().toEpochMilli()).isEqualTo(1234);
    assertThat(event.getKind()).isEqualTo(ControlEventKind.LEVEL_CHANGED);
    assertThat(event.getCause()).isEqualTo(ControlCause.BACKLOG_GREW);
    assertThat(event.getOldLevel()).isZero();
    assertThat(event.getNewLevel()).isEqualTo(2);
    assertThat(event.getExpertsPerLayer()).containsExactly(30);
    assertThat(event.getLagRecords()).isEqualTo(105);
    assertThat(event.getLagTokens()).isEqualTo(2100);
    assertThat(event.getPredictedTokensPerSecond()).isEqualTo(900);
    assertThat(event.getMeasuredTokensPerSecond()).isEqualTo(500);
  }

  @Test
  void shouldKnowEveryCauseOfTheController() {
    for (LevelChange.Cause cause : LevelChange.Cause.values()) {
      assertThat(ControlCause.valueOf(cause.name())).isNotEqualTo(ControlCause.UNKNOWN);
    }
  }

  @Test
  void shouldCountAndConnectAgainWhenSendingFails() {
    try (ControlEvents events = events()) {
      away.set(true);
      events.accept(change(0, 1));
      await().atMost(Duration.ofSeconds(30)).until(() -> failures() == 1);
      away.set(false);
      events.accept(change(1, 0));
      await().atMost(Duration.ofSeconds(30)).until(() -> sent.size() == 1);
    }

    assertThat(opened).hasValue(2);
    assertThat(sent.get(0).getNewLevel()).isZero();
  }
}
