package io.sluice.control;

import java.util.List;

/**
 * By how much batches take longer than the table of times says: the machine by a factor that
 * drifts, and each level against full quality by a factor of its own that hardly does. What slows
 * down the moment a level is entered is put down to the level, what changes while it is kept, to
 * the machine. So a level that does not save what it should is recognised as such; and since levels
 * save by the same means, the others are then expected to save less too, each in proportion to what
 * it should save.
 *
 * <p>A Kalman filter (Kalman 1960, "A New Approach to Linear Filtering and Prediction Problems") on
 * the logarithms. Not thread-safe.
 */
final class SpeedFilter {
  /** Variances of logarithms: a machine that is half or twice as fast, ... */
  private static final double MACHINE_PRIOR = 0.4 * 0.4;

  /** ... savings of which nothing may be true, for all levels alike, ... */
  private static final double SAVING_PRIOR = 0.7 * 0.7;

  /** ... and a level that errs by a twentieth besides. */
  private static final double LEVEL_PRIOR = 0.05 * 0.05;

  private static final double BATCH_NOISE = 0.2 * 0.2;
  private static final double MACHINE_DRIFT = 0.01 * 0.01;
  private static final double LEVEL_DRIFT = 0.001 * 0.001;

  /** A batch that was stopped for a while (a pause of the JVM, a suspended host) says little. */
  private static final double LARGEST_SURPRISE = Math.log(4);

  private final double[] mean; // 0: the machine; l: level l against level 0
  private final double[][] covariance;

  /**
   * Nothing seen yet.
   *
   * @param times of a typical batch at each level as the table says them; only ratios count
   */
  SpeedFilter(List<Double> times) {
    int levels = times.size();
    mean = new double[levels];
    covariance = new double[levels][levels];
    covariance[0][0] = MACHINE_PRIOR;
    for (int level = 1; level < levels; level++) {
      for (int other = 1; other < levels; other++) {
        covariance[level][other] = SAVING_PRIOR * saving(times, level) * saving(times, other);
      }
      covariance[level][level] += LEVEL_PRIOR;
    }
  }

  private static double saving(List<Double> times, int level) {
    return Math.log(times.get(0) / times.get(level));
  }

  /**
   * Learns from a batch.
   *
   * @param ratio measured over predicted time, positive
   * @param share how full the batch was, above 0, at most 1; small ones say less
   */
  void observe(int level, double ratio, double share) {
    int states = mean.length;
    covariance[0][0] += MACHINE_DRIFT;
    for (int state = 1; state < states; state++) {
      covariance[state][state] += LEVEL_DRIFT;
    }
    double[] gain = new double[states];
    for (int state = 0; state < states; state++) {
      gain[state] = covariance[state][0] + (level > 0 ? covariance[state][level] : 0);
    }
    double variance = gain[0] + (level > 0 ? gain[level] : 0) + BATCH_NOISE / share;
    double surprise = Math.log(ratio) - log(level);
    double bounded = Math.max(-LARGEST_SURPRISE, Math.min(LARGEST_SURPRISE, surprise));
    for (int state = 0; state < states; state++) {
      mean[state] += gain[state] / variance * bounded;
      for (int other = 0; other < states; other++) {
        covariance[state][other] -= gain[state] * gain[other] / variance;
      }
    }
  }

  /** Measured over predicted time at a level. */
  double factor(int level) {
    return Math.exp(log(level));
  }

  private double log(int level) {
    return mean[0] + (level > 0 ? mean[level] : 0);
  }
}
