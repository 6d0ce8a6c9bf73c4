package io.sluice.control;

/**
 * A decision of the controller.
 *
 * @param nanos when, on the monotonic clock
 * @param from level before
 * @param to level after
 * @param cause why
 * @param load what was known of the load; its arrival rate is smoothed
 * @param predictedTokensPerSecond service rate that is expected of the new level, source tokens
 * @param measuredTokensPerSecond service rate since the change before
 */
public record LevelChange(
    long nanos,
    ServiceLevel from,
    ServiceLevel to,
    Cause cause,
    LoadSample load,
    double predictedTokensPerSecond,
    double measuredTokensPerSecond) {

  /** Why a level changed. */
  public enum Cause {
    BACKLOG_GREW,
    BACKLOG_SHRANK,
    SENSOR_STALE,
    MANUAL
  }
}
