package io.sluice.control;

/**
 * The share of their time in which workers translate while there is always something to translate;
 * the rest goes into taking rows and handing back results, and to whoever else uses the processors.
 * Service over prediction, both summed with a fading memory. What is served is counted in lumps, at
 * the end of batches, so that sums begin some samples after work has begun to wait: by then a lump
 * says as much about the time before as is missing at the end. Not thread-safe.
 */
final class BusyShare {
  private static final double MEMORY_SECONDS = 6;

  /** So much time of full service is believed before anything is seen. */
  private static final double PRIOR_SECONDS = 2;

  private static final double SETTLING_SECONDS = 0.5;
  private static final double LEAST = 0.3;

  private double servedSeconds = PRIOR_SECONDS;
  private double seconds = PRIOR_SECONDS;
  private double waitingSeconds;
  private long lastNanos;
  private boolean started;

  /**
   * Learns from the time since the sample before.
   *
   * @param waits true if there is enough for each worker at its end
   * @param served source tokens a second
   * @param predicted the same, if workers translate all the time; above 0
   */
  void add(long nanos, boolean waits, double served, double predicted) {
    double passed = started ? (nanos - lastNanos) / 1e9 : 0;
    started = true;
    lastNanos = nanos;
    waitingSeconds = waits ? waitingSeconds + passed : 0;
    if (waitingSeconds > SETTLING_SECONDS) {
      double kept = Math.exp(-passed / MEMORY_SECONDS);
      seconds = seconds * kept + passed;
      servedSeconds = servedSeconds * kept + passed * served / predicted;
    }
  }

  /** Above 0, at most 1. */
  double share() {
    return Math.max(LEAST, Math.min(1, servedSeconds / seconds));
  }
}
