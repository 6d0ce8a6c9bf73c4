package io.sluice.control.law;

import io.sluice.control.Capacity;
import io.sluice.control.LoadSample;
import java.time.Duration;

/**
 * The best level that is predicted to cope: its service rate covers what arrives, with a margin,
 * and the backlog within the drain time, and whoever comes now is answered within the objective; if
 * no level does, the fastest. A level is left for a worse one only when it can no longer hold its
 * own: less than what arrives, or a wait of half of the objective.
 *
 * <p>What is in batches is no backlog, and neither is what gathers while the workers are busy with
 * one batch: that waits for its batch, not for capacity.
 *
 * @param objective latency that is promised, from record to committed result
 * @param drain time in which a backlog is to be gone
 * @param margin share of the arrival rate to spare
 * @param overhead latency besides waiting and translating: fetching, sending, committing
 */
public record ModelLaw(Duration objective, Duration drain, double margin, Duration overhead)
    implements ControlLaw {
  /** Predictions are means; a part of the objective is left for what varies. */
  private static final double CHOOSE = 0.75;

  /** Below this share of the objective a level that keeps up need not be left. */
  private static final double STAY = 0.5;

  /** Estimates of rates err by about this share. */
  private static final double ERROR = 0.01;

  @Override
  public int level(Situation situation) {
    Capacity capacity = situation.capacity();
    int best = 0;
    while (best <= capacity.lowest() && !copes(situation, best)) {
      best++;
    }
    if (best > capacity.lowest()) {
      best = fastest(capacity);
    }
    int now = situation.level();
    return best > now && keepsUp(situation, now) ? now : best;
  }

  /** Not always the lowest: a level may save less than it was thought to. */
  private static int fastest(Capacity capacity) {
    int fastest = 0;
    for (int level = 1; level <= capacity.lowest(); level++) {
      if (capacity.tokensPerSecond().get(level) > capacity.tokensPerSecond().get(fastest)) {
        fastest = level;
      }
    }
    return fastest;
  }

  private boolean copes(Situation situation, int level) {
    LoadSample load = situation.load();
    double backlog = backlog(situation, level);
    double needed = load.arrivalTokensPerSecond() * (1 + margin) + backlog / drain.toMillis() * 1e3;
    return situation.capacity().tokensPerSecond().get(level) >= needed
        && (backlog == 0 || latencyMillis(situation, level) <= CHOOSE * objective.toMillis());
  }

  private boolean keepsUp(Situation situation, int level) {
    double arrives = situation.load().arrivalTokensPerSecond() * (1 - ERROR);
    return situation.capacity().tokensPerSecond().get(level) >= arrives
        && latencyMillis(situation, level) <= STAY * objective.toMillis();
  }

  /** Of a record that comes now. */
  private double latencyMillis(Situation situation, int level) {
    double rate = situation.capacity().tokensPerSecond().get(level);
    return backlog(situation, level) / rate * 1e3
        + situation.capacity().batchMillis().get(level)
        + overhead.toMillis();
  }

  private static double backlog(Situation situation, int level) {
    LoadSample load = situation.load();
    double seconds = situation.capacity().batchMillis().get(level) / 1e3;
    return Math.max(0, load.waitingTokens() - load.arrivalTokensPerSecond() * seconds);
  }
}
