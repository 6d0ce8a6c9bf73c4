package io.sluice.nn;

import io.sluice.tensor.Kernels;

/**
 * Multi-head scaled dot-product attention of one query over the keys and values of its row (Vaswani
 * et al. 2017). Keys are stored transposed, (D, capacity), so that both loops run over consecutive
 * memory. Immutable and thread-safe.
 *
 * @param kernels compute it
 * @param heads H
 * @param headWidth D / H
 */
public record Attention(Kernels kernels, int heads, int headWidth) {

  /** Key columns that so many keys take: kernels work on whole blocks. */
  public static int capacity(int length) {
    return Kernels.padded(length);
  }

  /** Scratch that so many keys take. */
  public int scratch(int length) {
    return heads * Kernels.padded(length);
  }

  /**
   * Turns keys so that those of one column lie side by side, as {@link #attend} wants them.
   *
   * @param rows holds the keys of {@code length} rows, width D from {@code from}
   * @param rowStride from one row to the next
   * @param keys receives them, (D, capacity of the length), from {@code to}
   */
  public void turnKeys(float[] rows, int from, int rowStride, int length, float[] keys, int to) {
    int width = heads * headWidth;
    int capacity = capacity(length);
    int s = 0;
    for (; s + 4 <= length; s += 4) { // four at a time: their places in a column are neighbours
      int row = from + s * rowStride;
      for (int d = 0, at = to + s; d < width; d++, at += capacity) {
        keys[at] = rows[row + d];
        keys[at + 1] = rows[row + rowStride + d];
        keys[at + 2] = rows[row + 2 * rowStride + d];
        keys[at + 3] = rows[row + 3 * rowStride + d];
      }
    }
    for (; s < length; s++) {
      for (int d = 0, at = to + s; d < width; d++, at += capacity) {
        keys[at] = rows[from + s * rowStride + d];
      }
    }
  }

  /**
   * @param query holds the query, width D, from {@code queryFrom}
   * @param keys holds the transposed keys, (D, stride), from {@code keysFrom}
   * @param stride capacity of a key row, at least {@link #capacity}
   * @param values holds the values, (length, D), from {@code valuesFrom}
   * @param length keys to attend to, at least 1
   * @param out receives the result, width D, from {@code outFrom}
   * @param weights scratch of at least {@link #scratch}
   * @param weightSum null, or receives the weights summed over heads, added to what it holds
   */
  public void attend(
      float[] query,
      int queryFrom,
      float[] keys,
      int keysFrom,
      int stride,
      float[] values,
      int valuesFrom,
      int length,
      float[] out,
      int outFrom,
      float[] weights,
      float[] weightSum) {
    kernels.attend(
        heads,
        headWidth,
        query,
        queryFrom,
        keys,
        keysFrom,
        stride,
        values,
        valuesFrom,
        length,
        out,
        outFrom,
        weights,
        weightSum);
  }
}
