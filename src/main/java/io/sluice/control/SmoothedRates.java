package io.sluice.control;

/**
 * Rates that are told with a decision: of arrivals as a moving mean, of service as the mean since
 * the decision before. One thread.
 */
final class SmoothedRates {
  private static final double MEMORY_SECONDS = 1;

  private double arrival;
  private double servedTokens;
  private double servedSeconds;
  private double lastServed;
  private long lastNanos;
  private boolean started;

  /** Takes a sample whose rates mean something. */
  void add(LoadSample load) {
    double seconds = started ? (load.nanos() - lastNanos) / 1e9 : 0;
    double weight = started ? 1 - Math.exp(-seconds / MEMORY_SECONDS) : 1;
    started = true;
    lastNanos = load.nanos();
    arrival += weight * (load.arrivalTokensPerSecond() - arrival);
    lastServed = load.servedTokensPerSecond();
    servedTokens += lastServed * seconds;
    servedSeconds += seconds;
  }

  /** Arrivals, source tokens a second. */
  double arrival() {
    return arrival;
  }

  /** Served since the call before, source tokens a second. */
  double takeServed() {
    double mean = servedSeconds > 0 ? servedTokens / servedSeconds : lastServed;
    servedTokens = 0;
    servedSeconds = 0;
    return mean;
  }
}
