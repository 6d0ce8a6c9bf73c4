package io.sluice.cli;

import io.sluice.simulation.Figures;
import io.sluice.simulation.LawComparison;
import io.sluice.simulation.LawComparison.Outcome;
import io.sluice.simulation.LawComparison.Wider;
import io.sluice.simulation.Trace;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** Writes what laws came to as Markdown. Pure functions. */
final class ControlPage {
  /** Costs that differ by less are the same. */
  private static final double SAME = 0.05;

  private ControlPage() {}

  /**
   * The whole page.
   *
   * @param whole the step to twice full quality with {@link LawComparison#WHOLE}, if it was run
   * @param command that made it
   * @param origins where times and ladder come from
   */
  static String markdown(
      LawComparison comparison,
      Optional<Wider> whole,
      String command,
      LocalDate date,
      Map<String, String> origins) {
    StringBuilder page = new StringBuilder("# What the control laws do\n\n");
    page.append(
        "Made by this command on %s; do not edit:%n%n```%n%s%n```%n%n".formatted(date, command));
    origins.forEach((what, origin) -> page.append("* %s: %s%n".formatted(what, origin)));
    whole.ifPresent(
        wider ->
            page.append(
                ("* rows with `--ladder all`: full quality is a beam of %d, %.0f records/s; their loads"
                        + " and losses are against that%n")
                    .formatted(wider.ladder().fullBeam(), wider.recordsPerSecond())));
    int lowest = comparison.simulation().ladder().lowest();
    page.append(
        String.format(
            Locale.ROOT,
            """
            * full quality: %.0f records/s; lowest level %d: %.2f times that, %.2f BLEU lost
            * best threshold law on these traces: %s

            All of it is simulated: sensor, laws, ladder and batching are the real ones, on a \
            virtual clock, with a table of times in place of the model. Loads are shares of what \
            full quality can take. The threshold law is the best of a grid of signals, \
            thresholds and rests, tuned on these very traces. Every figure is the mean of %d draws of \
            arrivals and sentences, but the p99 of a target is that of the worst. Laws are compared by a \
            cost: BLEU points lost on average, ten for a p99 of twice the objective (%.1f s) and for \
            each doubling after that, and a hundredth for each change of level a minute \
            while the load is steady.

            """,
            comparison.recordsPerSecond(),
            lowest,
            comparison.lowestRecordsPerSecond() / comparison.recordsPerSecond(),
            comparison.simulation().ladder().level(lowest).bleuLoss(),
            comparison.tuned(),
            comparison.draws(),
            comparison.objective().toMillis() / 1e3));
    page.append("## Targets\n\n| trace | figure | at least | aim | measured | held |\n");
    page.append("|---|---|---:|---:|---:|---:|\n");
    targets(comparison, whole).forEach(target -> page.append(target.row()));
    page.append("\n## All traces\n\n");
    page.append(
        "| trace | law | p50 ms | p99 ms | mean loss, BLEU | mean level | degraded records"
            + " | degraded time | recovery s | changes/min | in steady state | cost |\n");
    page.append("|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n");
    for (Outcome outcome : comparison.outcomes()) {
      outcome.draws().keySet().forEach(law -> page.append(row(comparison, outcome, law)));
      whole
          .map(Wider::outcome)
          .filter(other -> same(other.trace(), outcome.trace()))
          .ifPresent(other -> page.append(row(comparison, other, LawComparison.WHOLE)));
    }
    return page.toString().replace(System.lineSeparator(), "\n");
  }

  private static boolean same(Trace one, Trace other) {
    return one.name().equals(other.name()) && one.peak() == other.peak();
  }

  private static String row(LawComparison comparison, Outcome outcome, String law) {
    Figures figures = outcome.mean(law);
    return String.format(
        Locale.ROOT,
        "| %s %.2f | %s | %.0f | %.0f | %.3f | %.2f | %.1f %% | %.1f %% | %.1f | %.1f | %.1f"
            + " | %.2f |%n",
        outcome.trace().name(),
        outcome.trace().peak(),
        law,
        figures.p50Millis(),
        figures.p99Millis(),
        figures.meanQualityLoss(),
        figures.meanLevel(),
        100 * figures.degradedShare(),
        100 * figures.degradedTime(),
        figures.recoverySeconds(),
        figures.levelChangesPerMinute(),
        figures.steadyLevelChangesPerMinute(),
        comparison.cost(outcome, law));
  }

  /** A figure that is not to be larger than two values. */
  private record Target(
      String trace, String figure, String unit, double least, double aim, double measured) {

    String row() {
      String held = measured <= aim ? "yes, the aim" : measured <= least ? "yes" : "**no**";
      return "| %s | %s | ≤ %s | ≤ %s | %s | %s |%n"
          .formatted(trace, figure, value(least), value(aim), value(measured), held);
    }

    private String value(double number) {
      return String.format(Locale.ROOT, "%.2f", number).replaceAll("\\.?0+$", "") + unit;
    }
  }

  private static List<Target> targets(LawComparison all, Optional<Wider> whole) {
    double objective = all.objective().toMillis() / 1e3;
    Figures step = all.outcome("step", 1.2).mean(LawComparison.MODEL);
    Figures calm = all.outcome("calm", 0.6).mean(LawComparison.MODEL);
    Figures stuck = all.outcome("stuck", 0.6).mean(LawComparison.MODEL);
    double fixed = all.outcome("step", 1.2).mean(LawComparison.FIXED).p99Millis() / 1e3;
    double recovery = all.outcome("spike", 3).mean(LawComparison.MODEL).recoverySeconds();
    List<Target> targets = new ArrayList<>();
    targets.add(p99("step 1.2", all.outcome("step", 1.2), LawComparison.MODEL, objective));
    targets.add(p99("step 1.35", all.outcome("step", 1.35), LawComparison.MODEL, objective));
    targets.add(p99("step 2", all.outcome("step", 2), LawComparison.MODEL, objective));
    whole.ifPresent(
        wider ->
            targets.add(
                p99("step 2, `--ladder all`", wider.outcome(), LawComparison.WHOLE, objective)));
    targets.addAll(
        List.of(
            new Target(
                "step 1.2",
                "objective over p99 of full quality",
                "",
                1 / 3.0,
                1 / 3.0,
                objective / fixed),
            new Target("step 1.2", "mean quality loss", " BLEU", 0.7, 0.3, step.meanQualityLoss()),
            new Target("spike 3", "back at full quality after", " s", 10, 3, recovery),
            new Target("calm 0.6", "time degraded", " %", 0.5, 0, 100 * calm.degradedTime()),
            new Target("stuck 0.6", "records degraded", " %", 0, 0, 100 * stuck.degradedShare()),
            new Target(
                "all",
                "level changes a minute in steady state",
                "",
                2,
                0,
                worst(all, Figures::steadyLevelChangesPerMinute)),
            new Target(
                "all",
                "traces on which the threshold law is better",
                "",
                0,
                0,
                behind(all, LawComparison.THRESHOLD)),
            new Target(
                "all",
                "traces on which the threshold law is as good",
                "",
                all.outcomes().size() / 2.0,
                0,
                even(all, LawComparison.THRESHOLD)),
            new Target(
                "all",
                "traces on which full quality is better",
                "",
                0,
                0,
                behind(all, LawComparison.FIXED))));
    return targets;
  }

  private static Target p99(String trace, Outcome outcome, String law, double objective) {
    double worst = outcome.worstP99Millis(law) / 1e3;
    return new Target(trace, "p99, worst draw", " s", objective, objective, worst);
  }

  private static double worst(LawComparison all, ToDoubleFunction<Figures> figure) {
    return all.outcomes().stream()
        .mapToDouble(each -> figure.applyAsDouble(each.mean(LawComparison.MODEL)))
        .max()
        .orElseThrow();
  }

  /** Traces on which another law costs less. */
  private static double behind(LawComparison all, String law) {
    return all.outcomes().stream().filter(each -> gain(all, each, law) < -SAME).count();
  }

  /** Traces on which another law costs as much. */
  private static double even(LawComparison all, String law) {
    return all.outcomes().stream().filter(each -> Math.abs(gain(all, each, law)) <= SAME).count();
  }

  private static double gain(LawComparison all, Outcome outcome, String law) {
    return all.cost(outcome, law) - all.cost(outcome, LawComparison.MODEL);
  }
}
