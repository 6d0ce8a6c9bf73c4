package io.sluice.cli;

import io.sluice.control.law.ControlLaw;
import io.sluice.control.law.Laws;
import io.sluice.simulation.Figures;
import io.sluice.simulation.Simulation;
import io.sluice.simulation.ThresholdTuner;
import io.sluice.simulation.Trace;
import io.sluice.simulation.Traces;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/** Every trace under every law, as a Markdown table. */
final class SimulationTable {
  private final Simulation simulation;
  private final ControlOptions control;
  private final long seed;

  SimulationTable(Simulation simulation, ControlOptions control, long seed) {
    this.simulation = simulation;
    this.control = control;
    this.seed = seed;
  }

  private record Row(String name, Supplier<ControlLaw> law) {}

  void print(PrintWriter out, Map<String, String> origins) {
    List<Trace> traces = Traces.shown();
    ThresholdTuner.Setting best =
        new ThresholdTuner(simulation, control.objective()).best(traces, seed);
    double full = simulation.capacity(seed);
    double lowest = simulation.capacity(simulation.ladder().lowest(), seed);
    origins.forEach((what, origin) -> out.printf("%s: %s%n", what, origin));
    out.printf(
        Locale.ROOT,
        "Full quality: %.0f records/s; lowest level %d: %.2f times that, %.2f BLEU lost.%n",
        full,
        simulation.ladder().lowest(),
        lowest / full,
        simulation.ladder().level(simulation.ladder().lowest()).bleuLoss());
    out.printf("Best threshold law on these traces: %s.%n%n", best);
    out.println(
        "| trace | law | p50 ms | p99 ms | mean loss, BLEU | degraded records | degraded time"
            + " | recovery s | changes/min | in steady state |");
    out.println("|---|---|--:|--:|--:|--:|--:|--:|--:|--:|");
    for (Trace trace : traces) {
      for (Row row : rows(best)) {
        Figures figures = simulation.run(trace, row.name, row.law, seed).figures();
        out.printf(
            Locale.ROOT,
            "| %s %.2f | %s | %.0f | %.0f | %.3f | %.1f %% | %.1f %% | %.1f | %.1f | %.1f |%n",
            trace.name(),
            trace.peak(),
            row.name,
            figures.p50Millis(),
            figures.p99Millis(),
            figures.meanQualityLoss(),
            100 * figures.degradedShare(),
            100 * figures.degradedTime(),
            figures.recoverySeconds(),
            figures.levelChangesPerMinute(),
            figures.steadyLevelChangesPerMinute());
        out.flush();
      }
    }
  }

  private List<Row> rows(ThresholdTuner.Setting best) {
    return List.of(
        new Row("model", () -> named("model")),
        new Row("threshold, tuned", best::law),
        new Row("aimd", () -> named("aimd")),
        new Row("fixed", () -> named("fixed")));
  }

  private ControlLaw named(String name) {
    return Laws.named(name, simulation.ladder(), control.objective(), control.drain());
  }
}
