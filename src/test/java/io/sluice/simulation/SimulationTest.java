package io.sluice.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.control.Ladders;
import io.sluice.control.law.FixedLaw;
import io.sluice.control.law.Laws;
import java.time.Duration;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SimulationTest {
  private final Simulation simulation =
      new Simulation(Pipeline.of(1, 4), Ladders.five(), Ladders.times());

  private Figures run(Trace trace, String law) {
    return simulation
        .run(
            trace,
            law,
            () ->
                Laws.named(law, simulation.ladder(), Duration.ofSeconds(2), Duration.ofSeconds(5)),
            1)
        .figures();
  }

  @Test
  void shouldKeepTheObjectiveWhereFullQualityMissesIt() {
    Figures model = run(Traces.named("step", 1.2), "model");
    Figures fixed = run(Traces.named("step", 1.2), "fixed");

    assertThat(model.p99Millis()).isLessThan(2000);
    assertThat(fixed.p99Millis()).isGreaterThan(6000);
    assertThat(model.records()).isEqualTo(fixed.records());
    assertThat(model.steadyLevelChangesPerMinute()).isLessThanOrEqualTo(2);
    assertThat(fixed.degradedShare()).isZero();
  }

  @Test
  void shouldBeBackAtFullQualitySoonAfterASpike() {
    Figures figures = run(Traces.named("spike"), "model");

    assertThat(figures.degradedShare()).isPositive();
    assertThat(figures.recoverySeconds()).isLessThanOrEqualTo(10);
  }

  @ParameterizedTest
  @ValueSource(strings = {"stuck", "calm"})
  void shouldNotDegradeWithoutNeed(String trace) {
    Figures figures = run(Traces.named(trace), "model");

    assertThat(figures.degradedShare()).isLessThanOrEqualTo(0.005);
  }

  @Test
  void shouldRepeatARunWithTheSameSeed() {
    assertThat(run(Traces.named("spike"), "model")).isEqualTo(run(Traces.named("spike"), "model"));
  }

  @Test
  void shouldScaleWithInstances() {
    Simulation eight = new Simulation(Pipeline.of(8, 32), Ladders.five(), Ladders.times());

    assertThat(eight.capacity(1))
        .isCloseTo(8 * simulation.capacity(1), Offset.offset(simulation.capacity(1) * 0.1));
    assertThat(
            eight
                .run(Traces.named("stuck"), "fixed", () -> new FixedLaw(0), 1)
                .figures()
                .p99Millis())
        .isLessThan(2000);
    assertThatThrownBy(() -> Pipeline.of(8, 4)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldWriteOneLineForEachSecond() {
    List<Second> seconds =
        simulation.run(Traces.named("spike"), "fixed", () -> new FixedLaw(0), 1).seconds();

    assertThat(seconds).hasSizeGreaterThanOrEqualTo(90);
    assertThat(seconds.stream().mapToInt(Second::arrivals).sum())
        .isEqualTo(seconds.stream().mapToInt(Second::results).sum());
    assertThat(seconds.get(25).arrivals()).isGreaterThan(3 * seconds.get(10).arrivals());
  }

  @Test
  void shouldReadATraceFromLines() {
    Trace trace = Traces.read("mine", List.of("seconds,rate", "0,10", "5,30", "8,0"), 20);

    assertThat(trace.seconds()).isEqualTo(8);
    assertThat(trace.rate().applyAsDouble(2)).isEqualTo(0.5);
    assertThat(trace.rate().applyAsDouble(5)).isEqualTo(1.5);
    assertThat(trace.peak()).isEqualTo(1.5);
    assertThatThrownBy(() -> Traces.read("bad", List.of("1,2", "1,3"), 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Traces.named("none")).isInstanceOf(IllegalArgumentException.class);
  }
}
