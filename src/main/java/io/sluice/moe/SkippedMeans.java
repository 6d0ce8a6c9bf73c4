package io.sluice.moe;

/**
 * What stands in for experts that do not run: the mean activation of their neurons, given that they
 * were skipped. Skipped experts are the quiet ones, so the mean over all tokens would overcorrect;
 * it serves only where skipping does not depend on the token. Immutable and thread-safe.
 */
public final class SkippedMeans {
  private final int[] levels;
  private final float[][] byLevel; // (levels, F): the router skipped the neuron's expert at this k
  private final float[] overall; // (F): all tokens

  /**
   * @param levels numbers of experts k for which means were measured, ascending; may be empty
   * @param byLevel shape (levels, F)
   * @param overall shape (F)
   */
  public SkippedMeans(int[] levels, float[][] byLevel, float[] overall) {
    if (levels.length != byLevel.length) {
      throw new IllegalArgumentException(levels.length + " levels, " + byLevel.length + " means");
    }
    this.levels = levels.clone();
    this.byLevel = byLevel.clone();
    this.overall = overall.clone();
  }

  /** Nothing stands in: means of zero. */
  public static SkippedMeans none(int neurons) {
    return new SkippedMeans(new int[0], new float[0][], new float[neurons]);
  }

  /** Index of the level that is nearest to k, or -1 if there are none. */
  int nearest(int k) {
    int nearest = -1;
    for (int i = 0; i < levels.length; i++) {
      if (nearest < 0 || Math.abs(levels[i] - k) < Math.abs(levels[nearest] - k)) {
        nearest = i;
      }
    }
    return nearest;
  }

  /** Number of levels. */
  int count() {
    return levels.length;
  }

  /** Mean activations at a level by its index; -1: over all tokens; shape (F). */
  float[] at(int level) {
    return level < 0 ? overall : byLevel[level];
  }

  /** Mean activations over all tokens; shape (F). */
  float[] overall() {
    return overall;
  }
}
