package io.sluice.nn;

/**
 * Scratch memory of one worker, grown as needed and used again for the next batch: named arrays
 * whose content is undefined between calls. Not thread-safe: one thread at a time.
 */
public final class Workspace {

  /** What an array is used for; two that are alive at once have different names. */
  public enum Use {
    STREAM,
    NORMED,
    PROJECTED,
    ATTENDED,
    BRANCH,
    HIDDEN,
    GATHERED,
    SCATTERED,
    ROUTER_HIDDEN,
    ROUTER_SCORES,
    FEATURES,
    KEYS,
    WEIGHTS,
    WEIGHT_SUMS,
    LOGITS
  }

  private final float[][] arrays = new float[Use.values().length][0];

  /** An array of at least {@code length} values; invalidates an earlier one of the same use. */
  public float[] array(Use use, int length) {
    int index = use.ordinal();
    if (arrays[index].length < length) {
      arrays[index] = new float[Math.max(length, arrays[index].length * 3 / 2)];
    }
    return arrays[index];
  }
}
