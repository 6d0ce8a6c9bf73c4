package io.sluice.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.domain.BudgetCause;
import io.sluice.domain.Decoding;
import io.sluice.domain.LanguagePair;
import io.sluice.domain.ModelIdentity;
import io.sluice.domain.Outcome;
import io.sluice.domain.Priority;
import io.sluice.domain.Quality;
import io.sluice.domain.Request;
import io.sluice.domain.Routing;
import io.sluice.domain.RoutingMode;
import io.sluice.domain.Translation;
import io.sluice.metrics.Exposition;
import io.sluice.metrics.Meters;
import io.sluice.metrics.PrometheusMeters;
import io.sluice.metrics.SluiceMeter;
import io.sluice.quality.ExpectedLoss;
import io.sluice.quality.LossFit;
import io.sluice.testing.ManualClock;
import io.sluice.testing.ScriptedTranslator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class ShadowMeterTest {
  private final ManualClock clock = new ManualClock();
  private final ScriptedTranslator translator = new ScriptedTranslator();
  private final List<ShadowMeasurement> measured = new ArrayList<>();
  private boolean idle = true;
  private final ShadowMeter meter =
      new ShadowMeter(
          translator, new ShadowSampling(1), () -> idle, clock::nanos, Meters.NOOP, measured::add);

  private static Request request(String id, String text) {
    return new Request(
        id,
        text,
        new LanguagePair("en", "de"),
        Optional.empty(),
        Priority.STANDARD,
        OptionalDouble.empty(),
        Optional.empty(),
        Map.of());
  }

  private static Translation translation(String text, int experts) {
    return new Translation(
        text,
        Outcome.TRANSLATED,
        Quality.BYPASSED,
        new Routing(RoutingMode.TOKEN, List.of(experts), 4, List.of(4), 4, BudgetCause.LAG, 0),
        new Decoding(1, false, "float32", "cpu/test"),
        new ModelIdentity("m", "1", "00"),
        Set.of());
  }

  @Test
  void shouldCompareADegradedTextWithTheOneAtFullQuality() {
    meter.sent(request("1", "hello there"), translation("HELLO THERE", 2));
    meter.sent(request("2", "hello there"), translation("quite another", 1));

    assertThat(meter.step()).isTrue();
    assertThat(meter.step()).isTrue();
    assertThat(meter.step()).isFalse();
    assertThat(measured.get(0).agreement()).isCloseTo(1, Offset.offset(1e-9));
    assertThat(measured.get(0).experts()).isEqualTo("0.8");
    assertThat(measured.get(1).agreement()).isLessThan(0.2);
  }

  @Test
  void shouldRefreshTheBoundOfALevel() {
    LossFit fit = new LossFit(0, 0, 0, 0.1, 0, 0.3);
    translator.loses(
        new ExpectedLoss(
            List.of(new ExpectedLoss.Level(List.of(1), List.of(4), RoutingMode.TOKEN, fit))));
    try (PrometheusMeters prometheus = new PrometheusMeters()) {
      ShadowMeter refreshing =
          new ShadowMeter(
              translator,
              new ShadowSampling(1),
              () -> true,
              clock::nanos,
              prometheus.meters(),
              measured::add);
      assertThat(bound(prometheus)).as("before anything was compared").isEmpty();

      refreshing.sent(request("1", "hello there"), translation("quite another", 1));
      assertThat(refreshing.step()).isTrue();
      double beyond = bound(prometheus).orElseThrow();
      refreshing.sent(request("2", "hello there"), translation("HELLO THERE", 1));
      assertThat(refreshing.step()).isTrue();

      assertThat(beyond).isGreaterThan(0.3);
      assertThat(bound(prometheus).orElseThrow()).isLessThan(beyond);
    }
  }

  private static OptionalDouble bound(PrometheusMeters prometheus) {
    return Exposition.parse(prometheus.scrape()).sum(SluiceMeter.LOSS_BOUND);
  }

  @Test
  void shouldLeaveOutWhatIsNotDegraded() {
    meter.sent(request("1", "hello"), translation("HELLO", 4));

    assertThat(meter.step()).isFalse();
    assertThat(translator.batches()).isEmpty();
  }

  @Test
  void shouldWaitUntilThereIsNothingElseToDoAndForgetWhatIsOld() {
    idle = false;
    meter.sent(request("1", "hello"), translation("HALLO", 1));
    assertThat(meter.step()).isFalse();
    idle = true;
    clock.advance(Duration.ofMinutes(11));

    assertThat(meter.step()).isFalse();
    assertThat(translator.batches()).isEmpty();
  }

  @Test
  void shouldKeepFewTexts() {
    for (int i = 0; i < 100; i++) {
      meter.sent(request("" + i, "text " + i), translation("TEXT", 1));
    }
    int compared = 0;
    while (meter.step()) {
      compared++;
    }

    assertThat(compared).isEqualTo(32);
    assertThat(translator.batches().get(0)).containsExactly("text 68");
  }

  @Test
  void shouldSampleTheShareThatIsAskedForAndAlwaysTheSame() {
    ShadowSampling sampling = new ShadowSampling(0.005);
    long taken = IntStream.range(0, 100_000).filter(i -> sampling.takes("id-" + i)).count();

    assertThat(taken).isBetween(400L, 600L);
    assertThat(new ShadowSampling(0).takes("id-1")).isFalse();
    assertThat(new ShadowSampling(1).takes("id-1")).isTrue();
    assertThat(
            IntStream.range(0, 1000)
                .allMatch(
                    i -> sampling.takes("id-" + i) == new ShadowSampling(0.005).takes("id-" + i)))
        .isTrue();
  }
}
