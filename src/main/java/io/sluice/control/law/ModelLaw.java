package io.sluice.control.law;

import io.sluice.control.Capacity;
import io.sluice.control.LoadSample;
import java.time.Duration;

/**
 * The best level that is predicted to cope: its service rate covers what arrives, with a margin,
 * and the backlog within the drain time, and whoever comes now is answered within the objective.
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
  /** Predictions are means; part of the objective is left for what varies. */
  private static final double SAFETY = 0.75;

  @Override
  public int level(Situation situation) {
    Capacity capacity = situation.capacity();
    for (int level = 0; level < capacity.lowest(); level++) {
      double rate = capacity.tokensPerSecond().get(level);
      double batchMillis = capacity.batchMillis().get(level);
      if (copes(situation.load(), rate, batchMillis)) {
        return level;
      }
    }
    return capacity.lowest();
  }

  private boolean copes(LoadSample load, double rate, double batchMillis) {
    double gathering = load.arrivalTokensPerSecond() * batchMillis / 1000;
    double backlog = Math.max(0, load.waitingTokens() - gathering);
    double needed =
        load.arrivalTokensPerSecond() * (1 + margin) + backlog / (drain.toMillis() / 1e3);
    double latency = backlog / rate * 1000 + 1.5 * batchMillis + overhead.toMillis();
    boolean inTime = backlog == 0 || latency <= SAFETY * objective.toMillis();
    return rate >= needed && inTime;
  }
}
