package io.sluice.tensor;

/**
 * What lies between the matrix products, and products of single rows. Two implementations: plain
 * Java, which is the oracle, and the vector instructions of the CPU. They agree within float32
 * rounding. What they compute for a row depends on nothing but that row. Shapes are the caller's
 * business. Stateless and thread-safe.
 */
public interface Kernels {

  /** Keys and attention weights lie in blocks of so many values; the rest of a block is scratch. */
  int BLOCK = 16;

  /** Rounds a length up to whole blocks. */
  static int padded(int length) {
    return (length + BLOCK - 1) / BLOCK * BLOCK;
  }

  /** Plain Java. */
  static Kernels scalar() {
    return ScalarKernels.INSTANCE;
  }

  /** For logs, such as {@code scalar} or {@code vector (512 bits)}. */
  String name();

  /** Adds {@code bias} (width) to each of {@code rows} rows of {@code y} (rows, width). */
  void addBias(float[] y, int rows, float[] bias);

  /**
   * Adds a bias and clips at 0, in place: {@code y = max(0, y + bias)}.
   *
   * @param y shape (rows, width)
   * @param bias holds {@code width} values from {@code from}
   */
  void addBiasRelu(float[] y, int rows, float[] bias, int from, int width);

  /** {@code y += x} for the first {@code length} values. */
  void addInPlace(float[] y, float[] x, int length);

  /**
   * Layer normalisation of each row over its width (Ba et al. 2016), biased variance.
   *
   * @param x shape (rows, width)
   * @param gain shape (width)
   * @param bias shape (width)
   * @param epsilon added to the variance
   * @param y shape (rows, width), may be {@code x}
   */
  void layerNorm(float[] x, int rows, float[] gain, float[] bias, float epsilon, float[] y);

  /**
   * Quantises values to unsigned bytes, rounded to the nearest, halves to even. What comes of NaN
   * is not said.
   *
   * @param x holds {@code length} values from {@code from}
   * @param bytes receives them, from its start
   */
  void quantise(float[] x, int from, int length, Quantisation quantisation, byte[] bytes);

  /**
   * The same, with the bytes' values as floats.
   *
   * @param values receives them, from its start
   */
  void quantiseToFloats(float[] x, int from, int length, Quantisation quantisation, float[] values);

  /** Hyperbolic tangent of the first {@code length} values, in place, absolute error below 1e-6. */
  void tanhInPlace(float[] x, int length);

  /** Soft-max of {@code length} values from {@code from}, in place. */
  void softmaxInPlace(float[] x, int from, int length);

  /**
   * The best entries of one row of logits and their log-probabilities under the soft-max of the
   * whole row. Ties go to the smaller id.
   *
   * @param logits row-major
   * @param from first value of the row
   * @param width length of the row
   * @param best how many, at least 1 and at most width
   * @param ids receives the ids, best first
   * @param logProbabilities receives their natural-log probabilities
   * @param to where to write both
   */
  void topLogProbabilities(
      float[] logits, int from, int width, int best, int[] ids, float[] logProbabilities, int to);

  /**
   * Multi-head scaled dot-product attention of one query.
   *
   * @param heads H
   * @param headWidth D / H
   * @param query the query, D values from {@code queryFrom}
   * @param keys the keys in blocks of {@link #BLOCK}, each transposed, (blocks, D, BLOCK), from
   *     {@code keysFrom}: whatever the capacity of a cache, those that count lie together; what
   *     lies behind the last key of a block is read and has no effect
   * @param values the values, (length, D), from {@code valuesFrom}
   * @param length keys to attend to, at least 1
   * @param out receives the result, D values from {@code outFrom}
   * @param weights scratch of at least {@code heads × padded(length)}
   * @param weightSums null, or receives the weights summed over heads, added to what it holds
   */
  void attend(
      int heads,
      int headWidth,
      float[] query,
      int queryFrom,
      float[] keys,
      int keysFrom,
      float[] values,
      int valuesFrom,
      int length,
      float[] out,
      int outFrom,
      float[] weights,
      float[] weightSums);

  /**
   * Packs two values in the room of one, as bfloat16 (to the nearest, halves to even): each value
   * of the first half of a head with its counterpart of the second half.
   *
   * @param heads H
   * @param headWidth D / H, even
   * @param x holds D values from {@code from}
   * @param pairs receives D / 2 pairs from {@code to}, floats that only {@link #attendPairs}
   *     understands; they may be copied
   */
  void packPairs(int heads, int headWidth, float[] x, int from, float[] pairs, int to);

  /**
   * The same as {@link #attend} with keys and values that {@link #packPairs} has packed.
   *
   * @param headWidth D / H, even
   * @param keys in blocks of {@link #BLOCK}, each transposed, (blocks, D / 2, BLOCK)
   * @param values (length, D / 2)
   */
  void attendPairs(
      int heads,
      int headWidth,
      float[] query,
      int queryFrom,
      float[] keys,
      int keysFrom,
      float[] values,
      int valuesFrom,
      int length,
      float[] out,
      int outFrom,
      float[] weights,
      float[] weightSums);

  /** Scratch that {@link #attendSentence} takes. */
  static int sentenceScratch(int headWidth, int length) {
    return (headWidth + length) * BLOCK;
  }

  /**
   * Multi-head scaled dot-product attention of all tokens of a sentence on each other.
   *
   * @param heads H
   * @param headWidth D / H
   * @param projected queries, keys and values side by side, shape (length, 3 D), from {@code from}
   * @param length tokens, at least 1
   * @param out receives the result, shape (length, D), from {@code outFrom}
   * @param scratch at least {@link #sentenceScratch}
   */
  void attendSentence(
      int heads,
      int headWidth,
      float[] projected,
      int from,
      int length,
      float[] out,
      int outFrom,
      float[] scratch);

  /**
   * Products of one row with some rows of a matrix: {@code y_i = x · matrix_rows_i}.
   *
   * @param x holds {@code width} values from {@code from}
   * @param matrix row-major, rows of {@code width} values
   * @param rows numbers of rows
   * @param y receives a product for each of them from {@code to}
   */
  void multiplyRows(float[] x, int from, float[] matrix, int width, int[] rows, float[] y, int to);

  /**
   * The same as {@link #multiplyRows} with bytes; exact up to a width of 65 536.
   *
   * @param x values of unsigned bytes, see {@link #quantiseToFloats}, shape (width)
   * @param matrix signed bytes, row-major
   * @param sums receives a product for each row, from its start
   */
  void multiplyByteRows(float[] x, byte[] matrix, int width, int[] rows, int[] sums);

  /**
   * Adds some rows of a matrix, each times a factor: {@code y += Σ factors_i matrix_rows_i}, in the
   * order given.
   *
   * @param factors one for each row that is added
   * @param rows numbers of rows
   * @param count how many are added, at least 0
   * @param matrix row-major, rows of {@code width} values
   * @param y {@code width} values from {@code to}, added to
   */
  void addRows(
      float[] factors, int[] rows, int count, float[] matrix, int width, float[] y, int to);
}
