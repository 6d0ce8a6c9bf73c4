package io.sluice.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sluice.control.Ladders;
import io.sluice.control.ServiceLadder;
import io.sluice.control.ServiceLevel;
import io.sluice.control.law.ControlLaw;
import io.sluice.control.law.Laws;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The model law beside the others, on a ladder that saves much and on one that saves little. */
class LawComparisonTest {
  private static final Duration OBJECTIVE = Duration.ofSeconds(2);
  private static final Duration DRAIN = Duration.ofSeconds(5);

  /** Half of the experts as the cheapest level, and that loses four points. */
  private static ServiceLadder poor() {
    List<ServiceLevel> five = Ladders.five().levels();
    double cost = five.get(2).cost();
    return new ServiceLadder(
        List.of(
            five.get(0),
            Ladders.level(1, 24, 1, five.get(1).cost()),
            Ladders.level(2, 16, 4, cost)),
        32,
        32);
  }

  static List<ServiceLadder> ladders() {
    return List.of(Ladders.five(), poor());
  }

  @ParameterizedTest
  @MethodSource("ladders")
  void shouldNeverCostMoreThanFullQuality(ServiceLadder ladder) {
    Simulation simulation = new Simulation(Pipeline.of(1, 4), ladder, Ladders.times());
    ThresholdTuner tuner = new ThresholdTuner(simulation, OBJECTIVE);
    double capacity = simulation.capacity(1);
    for (Trace trace : Traces.shown()) {
      double model = cost(simulation, tuner, trace, "model", capacity);

      assertThat(model)
          .as("%s %.2f", trace.name(), trace.peak())
          .isLessThanOrEqualTo(cost(simulation, tuner, trace, "fixed", capacity) + 0.05);
    }
  }

  @ParameterizedTest
  @MethodSource("ladders")
  void shouldRestWhileTheLoadIsSteady(ServiceLadder ladder) {
    Simulation simulation = new Simulation(Pipeline.of(1, 4), ladder, Ladders.times());
    Supplier<ControlLaw> laws = () -> Laws.named("model", ladder, OBJECTIVE, DRAIN);
    double capacity = simulation.capacity(1);
    for (Trace trace : Traces.shown()) {
      assertThat(
              simulation.figures(trace, "model", laws, 1, capacity).steadyLevelChangesPerMinute())
          .as("%s %.2f", trace.name(), trace.peak())
          .isLessThanOrEqualTo(2);
    }
  }

  private static double cost(
      Simulation simulation, ThresholdTuner tuner, Trace trace, String law, double capacity) {
    Supplier<ControlLaw> laws = () -> Laws.named(law, simulation.ladder(), OBJECTIVE, DRAIN);
    return tuner.cost(simulation.figures(trace, law, laws, 1, capacity));
  }

  @Test
  void shouldTuneTheThresholdLawToTheTracesAndCountItsRuns() {
    Simulation simulation = new Simulation(Pipeline.of(1, 4), Ladders.five(), Ladders.times());
    ThresholdTuner tuner = new ThresholdTuner(simulation, OBJECTIVE);
    List<Trace> traces =
        List.of(Traces.named("step", 1.2).lasting(20), Traces.named("spike").lasting(20));
    AtomicInteger runs = new AtomicInteger();

    ThresholdTuner.Setting best =
        tuner.best(traces, RepeatedRuns.of(simulation, 1, 1), runs::incrementAndGet);

    assertThat(runs).hasValue(tuner.runs(traces));
    double capacity = simulation.capacity(1);
    double tuned = cost(simulation, tuner, traces, best, capacity);
    assertThat(tuner.grid(capacity))
        .allSatisfy(
            setting ->
                assertThat(tuned)
                    .isLessThanOrEqualTo(
                        cost(simulation, tuner, traces, setting, capacity) + 1e-9));
  }

  @Test
  void shouldDrawAnewForEachSeed() {
    Simulation simulation = new Simulation(Pipeline.of(1, 4), Ladders.five(), Ladders.times());
    Trace trace = Traces.named("step", 1.2).lasting(10);
    Supplier<ControlLaw> law = () -> Laws.named("model", Ladders.five(), OBJECTIVE, DRAIN);

    List<Figures> draws = RepeatedRuns.of(simulation, 3, 2).figures(trace, "model", law);

    assertThat(draws)
        .containsExactly(
            simulation.figures(trace, "model", law, 3, simulation.capacity(3)),
            simulation.figures(trace, "model", law, 4, simulation.capacity(4)));
    assertThat(draws.get(0)).isNotEqualTo(draws.get(1));
  }

  @Test
  void shouldRunTheStepToTwiceFullQualityOnAWiderLadderAgainstItsOwnCapacity() {
    Simulation simulation = new Simulation(Pipeline.of(1, 4), Ladders.five(), Ladders.times());
    LawComparison comparison =
        new LawComparison(
            simulation,
            OBJECTIVE,
            DRAIN,
            2,
            new ThresholdTuner(simulation, OBJECTIVE).grid(1000).get(0),
            1,
            1,
            List.of());

    LawComparison.Wider wider = comparison.onLadder(simulation, 3);

    Trace trace = Traces.named("step", 2);
    Supplier<ControlLaw> law = () -> Laws.named("model", Ladders.five(), OBJECTIVE, DRAIN);
    double three = simulation.capacity(3);
    assertThat(wider.recordsPerSecond())
        .isCloseTo((three + simulation.capacity(4)) / 2, within(1e-9));
    assertThat(wider.outcome().draws().get(LawComparison.WHOLE))
        .hasSize(2)
        .startsWith(simulation.figures(trace, LawComparison.WHOLE, law, 3, three));
  }

  private static double cost(
      Simulation simulation,
      ThresholdTuner tuner,
      List<Trace> traces,
      ThresholdTuner.Setting setting,
      double capacity) {
    return traces.stream()
        .mapToDouble(
            trace -> tuner.cost(simulation.figures(trace, "threshold", setting::law, 1, capacity)))
        .sum();
  }
}
