package io.sluice.moefy;

/**
 * Mean of what each expert adds when one way of choosing skips it. Not thread-safe while it grows.
 */
final class StandIns {
  private final float[] overall; // (N, D)
  private final double[] sums; // (N, D)
  private final long[] skipped; // (N)

  /**
   * @param overall shape (N, D): mean over all tokens, for experts that are never skipped
   * @param experts N
   */
  StandIns(float[] overall, int experts) {
    this.overall = overall;
    this.sums = new double[overall.length];
    this.skipped = new long[experts];
  }

  /**
   * Adds a token.
   *
   * @param outputs shape (N, D)
   * @param chosen N marks from {@code from}
   */
  void add(float[] outputs, byte[] chosen, int from) {
    int width = sums.length / skipped.length;
    for (int expert = 0; expert < skipped.length; expert++) {
      if (chosen[from + expert] == 0) {
        skipped[expert]++;
        for (int i = expert * width; i < (expert + 1) * width; i++) {
          sums[i] += outputs[i];
        }
      }
    }
  }

  /** Shape (N, D). */
  float[] means() {
    float[] means = new float[sums.length];
    int width = sums.length / skipped.length;
    for (int i = 0; i < means.length; i++) {
      long count = skipped[i / width];
      means[i] = count == 0 ? overall[i] : (float) (sums[i] / count);
    }
    return means;
  }
}
