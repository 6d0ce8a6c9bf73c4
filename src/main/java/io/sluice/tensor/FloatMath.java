package io.sluice.tensor;

/** Small numeric kernels on heap arrays. Stateless and thread-safe. */
public final class FloatMath {
  private static final float LOG2_E = 1.44269504f;
  private static final float LN2_HIGH = 0.693359375f;
  private static final float LN2_LOW = -2.12194440e-4f;

  private FloatMath() {}

  /**
   * The exponential function in float32, relative error below 2e-7 (Cephes {@code expf}: range
   * reduction by powers of two, polynomial of degree 5).
   *
   * @param x at most 88; below -87 the result is 0
   */
  public static float exp(float x) {
    if (x < -87f) {
      return 0f;
    }
    if (!(x <= 88f)) {
      return (float) Math.exp(x);
    }
    int n = (int) (x * LOG2_E + (x < 0 ? -0.5f : 0.5f));
    float r = x - n * LN2_HIGH - n * LN2_LOW;
    float p = 1.9875691500e-4f;
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    return (p * r * r + r + 1f) * Float.intBitsToFloat((n + 127) << 23);
  }

  /** Hyperbolic tangent through the exponential function, absolute error below 1e-6. */
  static float tanh(float x) {
    if (x > 9f || x < -9f) {
      return x > 0 ? 1f : -1f;
    }
    float e = exp(2 * x);
    return (e - 1) / (e + 1);
  }

  /** Adds {@code bias} (width) to each of {@code rows} rows of {@code y} (rows, width). */
  public static void addBias(float[] y, int rows, float[] bias) {
    int width = bias.length;
    for (int row = 0, at = 0; row < rows; row++, at += width) {
      for (int i = 0; i < width; i++) {
        y[at + i] += bias[i];
      }
    }
  }

  /** Adds {@code width} values of {@code bias} and clips at 0, in place. */
  public static void addBiasRelu(float[] y, int rows, float[] bias, int from, int width) {
    for (int row = 0, at = 0; row < rows; row++, at += width) {
      for (int i = 0; i < width; i++) {
        y[at + i] = Math.max(0f, y[at + i] + bias[from + i]);
      }
    }
  }

  /** {@code y += x} for the first {@code length} values. */
  public static void addInPlace(float[] y, float[] x, int length) {
    for (int i = 0; i < length; i++) {
      y[i] += x[i];
    }
  }

  /**
   * Layer normalisation of each row over its width (Ba et al. 2016), biased variance.
   *
   * @param x shape (rows, width)
   * @param gain shape (width)
   * @param bias shape (width)
   * @param epsilon added to the variance
   * @param y shape (rows, width), may be {@code x}
   */
  public static void layerNorm(
      float[] x, int rows, float[] gain, float[] bias, float epsilon, float[] y) {
    int width = gain.length;
    for (int row = 0, at = 0; row < rows; row++, at += width) {
      float sum = 0;
      float sumOfSquares = 0;
      for (int i = 0; i < width; i++) {
        sum += x[at + i];
      }
      float mean = sum / width;
      for (int i = 0; i < width; i++) {
        float d = x[at + i] - mean;
        sumOfSquares += d * d;
      }
      float scale = (float) (1.0 / Math.sqrt(sumOfSquares / width + epsilon));
      for (int i = 0; i < width; i++) {
        y[at + i] = (x[at + i] - mean) * scale * gain[i] + bias[i];
      }
    }
  }

  /** Soft-max of {@code length} values from {@code from}, in place. */
  public static void softmaxInPlace(float[] x, int from, int length) {
    float max = Float.NEGATIVE_INFINITY;
    for (int i = from; i < from + length; i++) {
      max = Math.max(max, x[i]);
    }
    float sum = 0;
    for (int i = from; i < from + length; i++) {
      float e = exp(x[i] - max);
      x[i] = e;
      sum += e;
    }
    float scale = 1f / sum;
    for (int i = from; i < from + length; i++) {
      x[i] *= scale;
    }
  }

  /**
   * The best entries of one row of logits and their log-probabilities under the soft-max of the
   * whole row. Ties go to the smaller id.
   *
   * @param logits row-major
   * @param from first value of the row
   * @param width length of the row
   * @param best how many, at least 1 and at most width
   * @param ids receives the ids, best first, from {@code best × row}
   * @param logProbabilities receives their natural-log probabilities
   * @param to where to write
   */
  public static void topLogProbabilities(
      float[] logits, int from, int width, int best, int[] ids, float[] logProbabilities, int to) {
    int found = 0;
    for (int i = 0; i < width; i++) {
      float value = logits[from + i];
      if (found == best && !(value > logProbabilities[to + best - 1])) {
        continue;
      }
      int at = found < best ? found++ : best - 1;
      while (at > 0 && value > logProbabilities[to + at - 1]) {
        logProbabilities[to + at] = logProbabilities[to + at - 1];
        ids[to + at] = ids[to + at - 1];
        at--;
      }
      logProbabilities[to + at] = value;
      ids[to + at] = i;
    }
    float max = logProbabilities[to];
    double sum = 0;
    for (int i = 0; i < width; i++) {
      sum += exp(logits[from + i] - max);
    }
    float logSum = max + (float) Math.log(sum);
    for (int i = to; i < to + best; i++) {
      logProbabilities[i] -= logSum;
    }
  }

  /** See {@link Kernels#multiplyByteRows}. */
  static void multiplyByteRows(float[] x, byte[] matrix, int width, int[] rows, int[] sums) {
    for (int i = 0; i < rows.length; i++) {
      int sum = 0;
      for (int k = 0; k < width; k++) {
        sum += (int) x[k] * matrix[rows[i] * width + k];
      }
      sums[i] = sum;
    }
  }
}
