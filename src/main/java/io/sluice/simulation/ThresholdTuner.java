package io.sluice.simulation;

import io.sluice.control.law.ControlLaw;
import io.sluice.control.law.Laws;
import io.sluice.control.law.ThresholdLaw;
import io.sluice.control.law.ThresholdLaw.Signal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Finds the best threshold law for some traces, by trying a grid of signals, thresholds and rests.
 *
 * @param simulation runs the traces
 * @param objective latency that is promised
 */
public record ThresholdTuner(Simulation simulation, Duration objective) {
  /** BLEU points that a latency of twice the objective counts as, and each doubling after that. */
  private static final double LATE = 10;

  /** BLEU points that a change of level each minute, without need, counts as. */
  private static final double RESTLESS = 0.01;

  private static final int FIRST_TRACES = 2;
  private static final int MOST_FINALISTS = 12;

  /**
   * A threshold law with its rests.
   *
   * @param thresholds the law
   * @param degrade least time between steps down
   * @param restore how long the signal must be low before a step up
   */
  public record Setting(ThresholdLaw thresholds, Duration degrade, Duration restore) {

    /** The law. */
    public ControlLaw law() {
      return Laws.threshold(thresholds, degrade, restore);
    }

    @Override
    public String toString() {
      return "%s above %.0f / below %.0f, at most every %d ms / after %d ms"
          .formatted(
              thresholds.signal(),
              thresholds.high(),
              thresholds.low(),
              degrade.toMillis(),
              restore.toMillis());
    }
  }

  /** Settings with traces that {@link #best} tries at most. */
  public int runs(List<Trace> traces) {
    return grid(1).size() * Math.min(FIRST_TRACES, traces.size())
        + MOST_FINALISTS * Math.max(0, traces.size() - FIRST_TRACES);
  }

  /**
   * The setting with the least sum of costs over all traces. All settings are tried on the first
   * two, the best of them on the others. Settings are tried side by side.
   *
   * @param traces the telling ones first
   * @param runs the draws; what counts is the mean of their costs
   * @param done called for each setting and trace, by several threads
   */
  Setting best(List<Trace> traces, RepeatedRuns runs, Runnable done) {
    int first = Math.min(FIRST_TRACES, traces.size());
    List<Tried> finalists =
        grid(runs.capacity()).parallelStream()
            .map(setting -> new Tried(setting, 0))
            .map(each -> tried(each, traces.subList(0, first), runs, done))
            .sorted(Comparator.comparingDouble(Tried::cost))
            .limit(MOST_FINALISTS)
            .toList();
    return finalists.parallelStream()
        .map(each -> tried(each, traces.subList(first, traces.size()), runs, done))
        .min(Comparator.comparingDouble(Tried::cost))
        .orElseThrow()
        .setting;
  }

  private record Tried(Setting setting, double cost) {}

  private Tried tried(Tried before, List<Trace> traces, RepeatedRuns runs, Runnable done) {
    double cost = before.cost;
    for (Trace trace : traces) {
      cost += cost(runs.figures(trace, "threshold", before.setting::law));
      done.run();
    }
    return new Tried(before.setting, cost);
  }

  /** What a run is worth: points lost, and what lateness and restlessness count as. */
  public double cost(Figures figures) {
    double late = Math.max(1, figures.p99Millis() / objective.toMillis());
    return figures.meanQualityLoss()
        + LATE * Math.log(late) / Math.log(2)
        + RESTLESS * figures.steadyLevelChangesPerMinute();
  }

  /** The mean over several draws. */
  double cost(List<Figures> draws) {
    return draws.stream().mapToDouble(this::cost).average().orElseThrow();
  }

  /** All settings that are tried. */
  List<Setting> grid(double capacity) {
    double full = capacity / simulation.pipeline().instances();
    List<Setting> settings = new ArrayList<>();
    for (Signal signal : Signal.values()) {
      double second = signal == Signal.LAG_RECORDS ? full : 1000;
      for (double high : List.of(0.15, 0.35, 0.7, 1.2)) {
        for (double low : List.of(0.1, 0.6)) {
          for (int degrade : List.of(200, 1000)) {
            for (int restore : List.of(2000, 10000)) {
              double above = high * second * objective.toMillis() / 2000.0;
              settings.add(
                  new Setting(
                      new ThresholdLaw(signal, above, low * above),
                      Duration.ofMillis(degrade),
                      Duration.ofMillis(restore)));
            }
          }
        }
      }
    }
    return settings;
  }
}
