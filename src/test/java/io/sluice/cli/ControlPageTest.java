package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.control.Ladders;
import io.sluice.control.law.ThresholdLaw;
import io.sluice.simulation.Figures;
import io.sluice.simulation.LawComparison;
import io.sluice.simulation.LawComparison.Outcome;
import io.sluice.simulation.LawComparison.Wider;
import io.sluice.simulation.Pipeline;
import io.sluice.simulation.Simulation;
import io.sluice.simulation.ThresholdTuner;
import io.sluice.simulation.Trace;
import io.sluice.simulation.Traces;
import java.time.Duration;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ControlPageTest {
  private static final List<String> LAWS =
      List.of(LawComparison.MODEL, LawComparison.FIXED, LawComparison.THRESHOLD);

  private static Figures figures(String law, double p99Millis) {
    return new Figures("T", law, 100, 50, p99Millis, 0.9, 0.5, 0.4, 2, 1, 1.5, 0.3, 2, 0.01);
  }

  /** Full quality waits seven seconds; the model law one, or three on the step to twice. */
  private static Outcome outcome(Trace trace) {
    Map<String, List<Figures>> draws = new LinkedHashMap<>();
    for (String law : LAWS) {
      boolean fixed = law.equals(LawComparison.FIXED);
      double p99 = fixed ? 7000 : trace.peak() == 2 ? 3000 : 1000;
      draws.put(law, List.of(figures(law, p99), figures(law, p99 + 500)));
    }
    return new Outcome(trace, draws);
  }

  private static String page(Optional<Wider> whole) {
    LawComparison comparison =
        new LawComparison(
            new Simulation(Pipeline.of(1, 4), Ladders.five(), Ladders.times()),
            Duration.ofSeconds(2),
            Duration.ofSeconds(5),
            2,
            new ThresholdTuner.Setting(
                new ThresholdLaw(ThresholdLaw.Signal.OLDEST_AGE_MILLIS, 500, 50),
                Duration.ofMillis(200),
                Duration.ofSeconds(2)),
            1000,
            1500,
            Traces.shown().stream().map(ControlPageTest::outcome).toList());
    return ControlPage.markdown(
        comparison, whole, "./sluice simulate --all", LocalDate.of(2026, 1, 2), Map.of());
  }

  @Test
  void shouldJudgeTargetsByTheWorstDraw() {
    assertThat(page(Optional.empty()))
        .contains("| step 1.2 | p99, worst draw | ≤ 2 s | ≤ 2 s | 1.5 s | yes, the aim |\n")
        .contains("| step 2 | p99, worst draw | ≤ 2 s | ≤ 2 s | 3.5 s | **no** |\n")
        .contains("| step 1.2 | objective over p99 of full quality | ≤ 0.33 | ≤ 0.33 | 0.28 |")
        .contains("| step 1.2 | mean quality loss | ≤ 0.7 BLEU | ≤ 0.3 BLEU | 0.5 BLEU | yes |\n")
        .doesNotContain("--ladder all");
  }

  @Test
  void shouldShowTheStepToTwiceOnTheWholeLadderBesideItsOwn() {
    List<Figures> draws =
        List.of(figures(LawComparison.WHOLE, 400), figures(LawComparison.WHOLE, 800));
    Outcome whole = new Outcome(Traces.named("step", 2), Map.of(LawComparison.WHOLE, draws));

    assertThat(page(Optional.of(new Wider(whole, Ladders.five(), 333))))
        .contains("rows with `--ladder all`: full quality is a beam of 1, 333 records/s")
        .contains("| step 2, `--ladder all` | p99, worst draw | ≤ 2 s | ≤ 2 s | 0.8 s | yes,")
        .contains("| step 2.00 | threshold, tuned | 50 | 3250 |")
        .containsOnlyOnce("| step 2.00 | model, `--ladder all` | 50 | 600 | 0.500 |");
  }
}
