package io.sluice.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.control.Ladders;
import io.sluice.control.law.FixedLaw;
import java.util.List;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class SimulationFitTest {
  private static final MeasuredService MEASURED =
      new MeasuredService(2, 16, 90, 110, 0.3, 400, 0.8, 20, 0.4);

  private static Simulation fitted() {
    return SimulationFit.of(MEASURED, Pipeline.of(1, 4), Ladders.five(), Ladders.times(), 1);
  }

  @Test
  void shouldTranslateAsManyRecordsAsWereMeasured() {
    Simulation simulation = fitted();

    assertThat(simulation.capacity(0, 1)).isCloseTo(90, Percentage.withPercentage(3));
    assertThat(simulation.capacity(4, 1)).isCloseTo(110, Percentage.withPercentage(3));
    assertThat(simulation.capacity(2, 1)).isBetween(85.0, 120.0);
    assertThat(simulation.pipeline().workers()).isEqualTo(2);
  }

  @Test
  void shouldAnswerALightLoadAsFastAsWasMeasured() {
    Trace light = new Trace("light", 60, second -> 0.3, 0.3, List.of(), List.of());

    Figures figures = fitted().figures(light, "fixed", () -> new FixedLaw(0), 5, 90);

    assertThat(figures.p50Millis()).isCloseTo(400, Percentage.withPercentage(10));
  }

  @Test
  void shouldPutFactorsOfLevelsBetweenTwoThatAreKnown() {
    List<Double> factors = SimulationFit.between(Ladders.five(), 2, 0.5);

    assertThat(factors).hasSize(5);
    assertThat(factors.get(0)).isEqualTo(2);
    assertThat(factors.get(4)).isEqualTo(0.5);
    assertThat(factors).isSortedAccordingTo(java.util.Comparator.reverseOrder());
  }

  @Test
  void shouldCountWhatWasSeenInAStretchOfTime() {
    Trace trace = new Trace("any", 10, second -> 1, 1, List.of(), List.of());
    Recorder recorder = new Recorder(trace, Ladders.five(), 1);
    for (int i = 0; i < 100; i++) {
      recorder.finished(0, i < 40 ? 1 : 1 + i / 10.0, 5, 0); // 40 at once, then ten a second
    }

    assertThat(recorder.throughput(5, 9)).isEqualTo(10);
    assertThat(recorder.throughput(1, 2)).isEqualTo(40);
  }

  @Test
  void shouldKeepWhatALevelSavesAtAnotherSpeed() {
    MeasuredService faster = MEASURED.atRate(180);

    assertThat(faster.recordsPerSecond()).isEqualTo(180);
    assertThat(faster.lowestRecordsPerSecond()).isEqualTo(220);
    assertThat(faster.atRate(90)).isEqualTo(MEASURED);
  }

  @Test
  void shouldReadWhatBenchPrints() throws Exception {
    String row = "{\"law\": \"fixed\", \"measured\": " + MEASURED.json() + "}";

    assertThat(MeasuredService.read(new ObjectMapper().readTree(row))).isEqualTo(MEASURED);
    assertThat(MeasuredService.read(MEASURED.json())).isEqualTo(MEASURED);
    assertThatThrownBy(() -> MeasuredService.read(new ObjectMapper().readTree("{\"law\": 1}")))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
