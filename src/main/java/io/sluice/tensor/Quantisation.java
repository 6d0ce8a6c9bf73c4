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
   * @param x holds {@code length} values
   * @param quantised receives them
   */
  public void apply(float[] x, int length, byte[] quantised) {
    float factor = 1f / scale;
    for (int i = 0; i < length; i++) {
      quantised[i] = of(x[i], factor);
    }
  }

  private byte of(float x, float factor) {
    double rounded = Math.rint(x * factor + zero);
    return (byte) (int) Math.max(0, Math.min(STEPS, rounded));
  }
}
