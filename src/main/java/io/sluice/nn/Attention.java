package io.sluice.nn;

import io.sluice.tensor.Kernels;

/**
 * Multi-head scaled dot-product attention of one query over the keys and values of its row (Vaswani
 * et al. 2017). Keys are stored in transposed blocks, so that both loops run over consecutive
 * memory. Immutable and thread-safe.
 *
 * @param kernels compute it
 * @param heads H
 * @param headWidth D / H
 */
public record Attention(Kernels kernels, int heads, int headWidth) {
  private static final int BLOCK = Kernels.BLOCK;

  /** Keys that so many take the room of: kernels work on whole blocks. */
  public static int capacity(int length) {
    return Kernels.padded(length);
  }

  /** Scratch that so many keys take. */
  public int scratch(int length) {
    return heads * Kernels.padded(length);
  }

  /**
   * Stores keys as {@link #attend} wants them.
   *
   * @param rows holds the keys of {@code length} rows, width D from {@code from}
   * @param rowStride from one row to the next
   * @param keys receives them in blocks from {@code to}, room for the capacity of the length
   */
  public void keepKeys(float[] rows, int from, int rowStride, int length, float[] keys, int to) {
    int width = heads * headWidth;
    int s = 0;
    for (; s + 4 <= length; s += 4) { // four at a time: their places in a block are neighbours
      int row = from + s * rowStride;
      for (int d = 0, at = to + place(s); d < width; d++, at += BLOCK) {
        keys[at] = rows[row + d];
        keys[at + 1] = rows[row + rowStride + d];
        keys[at + 2] = rows[row + 2 * rowStride + d];
        keys[at + 3] = rows[row + 3 * rowStride + d];
      }
    }
    for (; s < length; s++) {
      keepKey(rows, from + s * rowStride, s, keys, to);
    }
  }

  /**
   * Stores the key of one position as {@link #attend} wants it.
   *
   * @param row holds the key, width D from {@code from}
   * @param keys receives it, blocks from {@code to}
   */
  public void keepKey(float[] row, int from, int position, float[] keys, int to) {
    int width = heads * headWidth;
    for (int d = 0, at = to + place(position); d < width; d++, at += BLOCK) {
      keys[at] = row[from + d];
    }
  }

  /** Where a position's key begins. */
  private int place(int position) {
    return position / BLOCK * BLOCK * heads * headWidth + position % BLOCK;
  }

  /**
   * @param query holds the query, width D, from {@code queryFrom}
   * @param keys holds the keys in transposed blocks, (blocks, D, BLOCK), from {@code keysFrom}, as
   *     {@link #keepKeys} stores them
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
        values,
        valuesFrom,
        length,
        out,
        outFrom,
        weights,
        weightSum);
  }
}
