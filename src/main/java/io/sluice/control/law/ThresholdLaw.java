package io.sluice.control.law;

import io.sluice.control.LoadSample;

/**
 * One level down while the backlog is above a threshold, one up while it is below another, and
 * nothing in between.
 *
 * @param signal what is compared
 * @param high degrade above
 * @param low restore below
 */
public record ThresholdLaw(Signal signal, double high, double low) implements ControlLaw {

  /** What a threshold is compared with. */
  public enum Signal {
    /** Lag in records, as autoscalers see it. */
    LAG_RECORDS,
    /** Age of the oldest waiting record, milliseconds. */
    OLDEST_AGE_MILLIS,
    /** Waiting work over the service rate at full quality, milliseconds. */
    BACKLOG_MILLIS
  }

  public ThresholdLaw {
    if (!(low <= high)) {
      throw new IllegalArgumentException("thresholds %s and %s".formatted(low, high));
    }
  }

  @Override
  public int level(Situation situation) {
    double value = value(situation);
    if (value > high) {
      return Math.min(situation.capacity().lowest(), situation.level() + 1);
    }
    return value < low ? Math.max(0, situation.level() - 1) : situation.level();
  }

  private double value(Situation situation) {
    LoadSample load = situation.load();
    return switch (signal) {
      case LAG_RECORDS -> load.lagRecords();
      case OLDEST_AGE_MILLIS -> load.oldestAgeMillis();
      case BACKLOG_MILLIS ->
          load.waitingTokens() / situation.capacity().tokensPerSecond().get(0) * 1000;
    };
  }
}
