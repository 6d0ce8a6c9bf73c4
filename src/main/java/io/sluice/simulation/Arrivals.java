package io.sluice.simulation;

import java.util.Random;

/** When the records of a trace arrive: Poisson, thinned out of the largest rate. One thread. */
public final class Arrivals {
  private final Trace trace;
  private final double most;
  private final Random random;
  private double second;

  /**
   * The arrivals of a trace from its beginning.
   *
   * @param capacity records a second that count as 1
   */
  public Arrivals(Trace trace, double capacity, Random random) {
    this.trace = trace;
    this.most = trace.peak() * capacity;
    this.random = random;
  }

  /** Second of the next one; infinite after the end of the trace. */
  public double next() {
    while (second < trace.seconds()) {
      second -= Math.log(1 - random.nextDouble()) / most;
      if (second < trace.seconds()
          && random.nextDouble() * trace.peak() < trace.rate().applyAsDouble(second)) {
        return second;
      }
    }
    return Double.POSITIVE_INFINITY;
  }
}
