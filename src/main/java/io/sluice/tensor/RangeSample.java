package io.sluice.tensor;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A sample of the values at one place, and the range of a byte that rounds and clips them with the
 * least squared error. Not thread-safe.
 */
final class RangeSample {
  private static final int SIZE = 1 << 17;
  private static final int STEPS = 40;

  private final float[] values = new float[SIZE];
  private final SplittableRandom random = new SplittableRandom(7);
  private long seen;

  /** Adds the first {@code length} values. */
  void add(float[] x, int length) {
    for (int i = 0; i < length; i++) {
      long at = seen < SIZE ? seen : random.nextLong(seen + 1);
      if (at < SIZE) {
        values[(int) at] = x[i];
      }
      seen++;
    }
  }

  boolean isEmpty() {
    return seen == 0;
  }

  /** The best range; there must be values. */
  ActivationRange range() {
    float[] sorted = Arrays.copyOf(values, (int) Math.min(seen, SIZE));
    Arrays.sort(sorted);
    float least = Math.min(0f, sorted[0]);
    float most = Math.max(0f, sorted[sorted.length - 1]);
    ActivationRange best = new ActivationRange(least, most);
    double error = Double.POSITIVE_INFINITY;
    for (int step = STEPS; step >= STEPS / 5; step--) {
      float share = (float) step / STEPS;
      ActivationRange tried = new ActivationRange(least * share, most * share);
      double reached = error(sorted, tried);
      if (reached < error) {
        error = reached;
        best = tried;
      }
    }
    return best;
  }

  private static double error(float[] values, ActivationRange range) {
    Quantisation quantisation = Quantisation.of(range);
    byte[] quantised = new byte[values.length];
    quantisation.apply(values, 0, values.length, quantised);
    double error = 0;
    for (int i = 0; i < values.length; i++) {
      double back = ((quantised[i] & 0xff) - quantisation.zero()) * (double) quantisation.scale();
      error += (values[i] - back) * (values[i] - back);
    }
    return error;
  }
}
