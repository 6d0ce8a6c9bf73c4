package io.sluice.control;

import java.util.Arrays;
import java.util.List;

/**
 * By how much batches take longer than the table of times says: the machine by a factor that
 * drifts, and each level against full quality by a factor of its own. What slows down the moment a
 * level is entered is put down to the level, what changes while it is kept, to the machine. So a
 * level that does not save what it should is recognised as such; and since levels save by the same
 * means, the others are then expected to save less too, each in proportion to what it should save.
 *
 * <p>What was learnt of a level fades while others are in use, and the table is believed again: a
 * level that was entered in a bad moment (code not compiled yet, a neighbour on the processors) is
 * not given up for good. And no level is believed to be slower than full quality: what it is slower
 * than that is put down to the machine.
 *
 * <p>A Kalman filter (Kalman 1960, "A New Approach to Linear Filtering and Prediction Problems") on
 * the logarithms; the factors of levels are Ornstein-Uhlenbeck processes around 0. Not thread-safe.
 */
final class SpeedFilter {
  /** Variances of logarithms: a machine that is half or twice as fast, ... */
  private static final double MACHINE_PRIOR = 0.4 * 0.4;

  /** ... savings of which nothing may be true, for all levels alike, ... */
  private static final double SAVING_PRIOR = 0.7 * 0.7;

  /** ... and a level that errs by a twentieth besides. */
  private static final double LEVEL_PRIOR = 0.05 * 0.05;

  private static final double BATCH_NOISE = 0.2 * 0.2;
  private static final double MACHINE_DRIFT = 0.015 * 0.015;

  /** Of work, after which a third of what was learnt of a level that is not in use is left. */
  private static final double MEMORY_SECONDS = 60;

  /** A batch that was stopped for a while (a pause of the JVM, a suspended host) says little. */
  private static final double LARGEST_SURPRISE = Math.log(4);

  private final double[] mean; // 0: the machine; l: level l against level 0
  private final double[][] covariance;
  private final double[] savings; // by the table, as logarithms
  private final double[][] prior;

  /**
   * Nothing seen yet.
   *
   * @param times of a typical batch at each level as the table says them; only ratios count
   */
  SpeedFilter(List<Double> times) {
    int levels = times.size();
    savings = new double[levels];
    for (int level = 1; level < levels; level++) {
      savings[level] = Math.log(times.get(0) / times.get(level));
    }
    mean = new double[levels];
    prior = new double[levels][levels];
    prior[0][0] = MACHINE_PRIOR;
    for (int level = 1; level < levels; level++) {
      for (int other = 1; other < levels; other++) {
        prior[level][other] = SAVING_PRIOR * savings[level] * savings[other];
      }
      prior[level][level] += LEVEL_PRIOR;
    }
    covariance = new double[levels][];
    Arrays.setAll(covariance, state -> prior[state].clone());
  }

  /**
   * Learns from a batch.
   *
   * @param ratio measured over predicted time, positive
   * @param share how full the batch was, above 0, at most 1; small ones say less
   * @param predicted what the table says of it, seconds of the batch shared out to all workers
   */
  void observe(int level, double ratio, double share, double predicted) {
    double worked = predicted * Math.exp(log(level) + surprise(level, ratio));
    fade(Math.exp(-worked / MEMORY_SECONDS), level);
    double bounded = surprise(level, ratio);
    int states = mean.length;
    double[] gain = new double[states];
    for (int state = 0; state < states; state++) {
      gain[state] = covariance[state][0] + (level > 0 ? covariance[state][level] : 0);
    }
    double variance = gain[0] + (level > 0 ? gain[level] : 0) + BATCH_NOISE / share;
    for (int state = 0; state < states; state++) {
      mean[state] += gain[state] / variance * bounded;
      for (int other = 0; other < states; other++) {
        covariance[state][other] -= gain[state] * gain[other] / variance;
      }
    }
    bound(level);
  }

  private double surprise(int level, double ratio) {
    double surprise = Math.log(ratio) - log(level);
    return Math.max(-LARGEST_SURPRISE, Math.min(LARGEST_SURPRISE, surprise));
  }

  /**
   * Time passes: the machine drifts, levels that are not in use go back to what the table says of
   * them. (Were the one in use to go back too, the machine would take the blame for what it errs.)
   */
  private void fade(double kept, int inUse) {
    covariance[0][0] += MACHINE_DRIFT;
    for (int level = 1; level < mean.length; level++) {
      double own = level == inUse ? 1 : kept;
      mean[level] *= own;
      covariance[0][level] *= own;
      covariance[level][0] *= own;
      for (int other = 1; other < mean.length; other++) {
        covariance[level][other] *= own * (other == inUse ? 1 : kept);
        if (level != inUse && other != inUse) {
          covariance[level][other] += (1 - kept * kept) * prior[level][other];
        }
      }
    }
  }

  /** No level is slower than full quality. */
  private void bound(int observed) {
    mean[0] += Math.max(0, mean[observed] - most(observed));
    for (int level = 1; level < mean.length; level++) {
      mean[level] = Math.min(mean[level], most(level));
    }
  }

  /** Logarithm of the factor at which a level is as slow as full quality by the table. */
  private double most(int level) {
    return level == 0 ? mean[0] : Math.max(0, savings[level]);
  }

  /** Measured over predicted time at a level. */
  double factor(int level) {
    return Math.exp(log(level));
  }

  private double log(int level) {
    return mean[0] + (level > 0 ? mean[level] : 0);
  }
}
