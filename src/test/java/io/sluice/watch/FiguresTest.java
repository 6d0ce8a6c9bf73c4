package io.sluice.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sluice.metrics.Exposition;
import io.sluice.metrics.Meters;
import io.sluice.metrics.PrometheusMeters;
import io.sluice.metrics.SluiceMeter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FiguresTest {
  private final PrometheusMeters prometheus = new PrometheusMeters();
  private final Meters meters = prometheus.meters();

  @AfterEach
  void close() {
    prometheus.close();
  }

  private Snapshot at(int seconds) {
    return new Snapshot(
        Duration.ofSeconds(seconds).toNanos(), Exposition.parse(prometheus.scrape()));
  }

  private void translate(int records, double seconds, boolean degraded) {
    for (int i = 0; i < records; i++) {
      meters.add(SluiceMeter.RECORDS, 1, "translated");
      meters.add(SluiceMeter.TOKENS, 10, "target");
      meters.record(SluiceMeter.END_TO_END, seconds);
      meters.record(SluiceMeter.QUALITY_SCORE, 0.75);
      meters.record(SluiceMeter.EXPECTED_LOSS, degraded ? 0.04 : 0);
      if (degraded) {
        meters.add(SluiceMeter.DEGRADED, 1);
      }
    }
  }

  @Test
  void shouldCoverTheTimeBetweenSnapshots() {
    translate(100, 0.2, false);
    Snapshot before = at(10);
    translate(30, 1.7, true);
    translate(10, 1.7, false);

    Figures figures = Figures.of(Optional.of(before), at(14));

    assertThat(figures.recordsPerSecond()).hasValue(10);
    assertThat(figures.tokensPerSecond()).hasValue(100);
    assertThat(figures.latency().p50().orElseThrow()).isBetween(1.5, 2.0);
    assertThat(figures.degradedShare()).hasValue(0.75);
    assertThat(figures.expectedLoss().orElseThrow()).isCloseTo(0.03, within(1e-9));
    assertThat(figures.quality().orElseThrow()).isCloseTo(0.75, within(1e-9));
    assertThat(figures.outcomes()).containsOnlyKeys("translated").containsEntry("translated", 140L);
  }

  @Test
  void shouldCoverEverythingButRatesWithoutAnEarlierSnapshot() {
    translate(4, 0.2, false);

    Figures figures = Figures.of(Optional.empty(), at(1));

    assertThat(figures.recordsPerSecond()).isEmpty();
    assertThat(figures.latency().p99().orElseThrow()).isBetween(0.15, 0.25);
    assertThat(figures.degradedShare()).hasValue(0);
  }

  @Test
  void shouldSayWhatIsNotKnown() {
    Figures figures = Figures.of(Optional.empty(), at(1));

    assertThat(figures.lag()).isEmpty();
    assertThat(figures.level()).isEmpty();
    assertThat(figures.backlogSeconds()).isEmpty();
    assertThat(figures.experts()).isEmpty();
    assertThat(figures.quality()).isEmpty();
    assertThat(FigureText.line(figures))
        .contains("lag –", "level –", "experts –", "p99 –", "quality –");
    assertThat(FigureText.screen(figures, List.of())).isNotEmpty();
  }

  @Test
  void shouldShowExpertsOfLayersInOrder() {
    meters.gauge(SluiceMeter.EXPERTS, () -> 32, "encoder");
    meters.gauge(SluiceMeter.EXPERTS, () -> 32, "decoder");
    for (int layer = 0; layer < 11; layer++) {
      int active = 20 + layer;
      meters.gauge(SluiceMeter.EXPERTS_ACTIVE, () -> active, "decoder." + layer);
      meters.gauge(SluiceMeter.EXPERTS_ACTIVE, () -> 16, "encoder." + layer);
    }

    assertThat(Figures.of(Optional.empty(), at(1)).experts())
        .containsExactly("encoder 16 of 32", "decoder 20 21 22 23 24 25 26 27 28 29 30 of 32");
  }

  @Test
  void shouldStartAnewWhenTheProcessWasStartedAnew() {
    translate(100, 0.2, true);
    Snapshot before = at(1);
    try (PrometheusMeters other = new PrometheusMeters()) {
      other.meters().add(SluiceMeter.RECORDS, 6, "translated");
      other.meters().record(SluiceMeter.END_TO_END, 3);
      Snapshot now =
          new Snapshot(Duration.ofSeconds(3).toNanos(), Exposition.parse(other.scrape()));

      Figures figures = Figures.of(Optional.of(before), now);

      assertThat(figures.recordsPerSecond()).hasValue(3);
      assertThat(figures.degradedShare()).hasValue(0);
    }
  }

  @Test
  void shouldForgetWhatIsOlderThanTheWindow() {
    History history = new History(Duration.ofSeconds(10));
    history.add(at(0));
    translate(50, 0.2, false);
    history.add(at(5));
    translate(20, 0.2, false);

    assertThat(history.add(at(9)).recordsPerSecond().orElseThrow())
        .isCloseTo(70.0 / 9, within(1e-9));
    assertThat(history.add(at(15)).recordsPerSecond()).hasValue(2);
    assertThat(history.add(at(60)).recordsPerSecond()).hasValue(0);
  }
}
