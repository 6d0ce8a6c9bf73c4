package io.sluice.tensor;

/**
 * How float32 values become unsigned bytes: {@code q = clamp(round(x / scale + zero), 0, 255)},
 * rounded to the nearest, halves to even. Immutable.
 *
 * @param scale width of a step, more than 0
 * @param zero the byte of 0, 0 to 255
 */
public record Quantisation(float scale, int zero) {
  /** Steps of an unsigned byte. */
  public static final int STEPS = 255;

  /** 1.5 × 2²³: what is added to it is rounded to an integer, which lies in the lowest bits. */
  static final float ROUNDING = 12582912f;

  public Quantisation {
    if (!(scale > 0) || zero < 0 || zero > STEPS) {
      throw new IllegalArgumentException("scale " + scale + ", zero " + zero);
    }
  }

  /** For values of a range, which is widened to hold 0. */
  public static Quantisation of(ActivationRange range) {
    float least = Math.min(0f, range.least());
    float most = Math.max(0f, range.most());
    float scale = Math.max((most - least) / STEPS, Float.MIN_NORMAL);
    return new Quantisation(scale, Math.round(-least / scale));
  }

  /**
   * Quantises.
   *
   * @param x holds {@code length} values from {@code from}
   * @param quantised receives them, from its start
   */
  public void apply(float[] x, int from, int length, byte[] quantised) {
    apply(x, from, 0, length, quantised);
  }

  /** The same for the values from {@code start} on, counted from {@code from}. */
  void apply(float[] x, int from, int start, int length, byte[] quantised) {
    float factor = 1f / scale;
    for (int i = start; i < length; i++) {
      quantised[i] = (byte) Float.floatToRawIntBits(rounded(x[from + i], factor));
    }
  }

  /** The same with the bytes' values. */
  void apply(float[] x, int from, int start, int length, float[] values) {
    float factor = 1f / scale;
    for (int i = start; i < length; i++) {
      values[i] = rounded(x[from + i], factor) - ROUNDING;
    }
  }

  /**
   * One value, with what was added to round: the fastest way is to add what leaves no room for a
   * fraction.
   */
  private float rounded(float x, float factor) {
    return Math.max(0f, Math.min(STEPS, x * factor + zero)) + ROUNDING;
  }
}
