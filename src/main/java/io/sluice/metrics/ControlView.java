package io.sluice.metrics;

/**
 * What the budget controller shows at each scrape. Whoever controls binds one; without it these
 * gauges are absent, because nothing is known. Implementations are thread-safe and do not block.
 */
public interface ControlView {
  /** Rung of the service ladder; 0 is full quality. */
  int level();

  /** Time that the waiting work takes this instance with all experts, seconds. */
  double backlogSecondsAtFullQuality();

  /** The same at the lowest level, seconds. */
  double backlogSecondsAtMinimumQuality();

  /** Lets the gauges of {@code meters} read from this. */
  default void bindTo(Meters meters) {
    meters.gauge(SluiceMeter.LEVEL, this::level);
    meters.gauge(SluiceMeter.BACKLOG, this::backlogSecondsAtFullQuality, "full");
    meters.gauge(SluiceMeter.BACKLOG, this::backlogSecondsAtMinimumQuality, "minimum");
  }

  /**
   * Counts a change of level.
   *
   * @param before level that was
   * @param after level that is; a higher one has fewer experts
   * @param cause name of the cause as on the control event
   */
  static void changed(Meters meters, int before, int after, String cause) {
    meters.add(SluiceMeter.LEVEL_CHANGES, 1, after > before ? "down" : "up", cause);
  }
}
