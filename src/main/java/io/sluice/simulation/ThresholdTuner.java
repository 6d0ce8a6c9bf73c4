package io.sluice.simulation;

import io.sluice.control.law.ControlLaw;
import io.sluice.control.law.Laws;
import io.sluice.control.law.ThresholdLaw;
import io.sluice.control.law.ThresholdLaw.Signal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the best threshold law for some traces, by trying a grid of signals, thresholds and rests.
 *
 * @param simulation runs the traces
 * @param objective latency that is promised
 */
public record ThresholdTuner(Simulation simulation, Duration objective) {
  /** BLEU points that a latency of twice the objective counts as. */
  private static final double LATE = 10;

  /** BLEU points that a change of level each minute, without need, counts as. */
  private static final double RESTLESS = 0.01;

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

  /** The setting with the least sum of costs over all traces. */
  public Setting best(List<Trace> traces, long seed) {
    double capacity = simulation.capacity(seed);
    Setting best = null;
    double least = Double.POSITIVE_INFINITY;
    for (Setting setting : grid(capacity)) {
      double cost = 0;
      for (Trace trace : traces) {
        if (cost < least) {
          cost += cost(simulation.run(trace, "threshold", setting::law, seed, capacity).figures());
        }
      }
      if (cost < least) {
        least = cost;
        best = setting;
      }
    }
    return best;
  }

  /** What a run is worth: points lost, and what lateness and restlessness count as. */
  public double cost(Figures figures) {
    double late = Math.max(0, figures.p99Millis() / objective.toMillis() - 1);
    return figures.meanQualityLoss()
        + LATE * Math.min(3, late)
        + RESTLESS * figures.steadyLevelChangesPerMinute();
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
