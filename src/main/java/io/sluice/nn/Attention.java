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
 * @param pairs keys and values are kept as bfloat16, two in the room of one: half the memory is
 *     read in each step; for an even {@code headWidth}
 */
public record Attention(Kernels kernels, int heads, int headWidth, boolean pairs) {
  private static final int BLOCK = Kernels.BLOCK;

  public Attention {
    if (pairs && headWidth % 2 != 0) {
      throw new IllegalArgumentException("heads of " + headWidth + " cannot be kept in pairs");
    }
  }

  /** Attention that keeps keys and values as they are. */
  public Attention(Kernels kernels, int heads, int headWidth) {
    this(kernels, heads, headWidth, false);
  }

  /** Keys that so many take the room of: kernels work on whole blocks. */
  public static int capacity(int length) {
    return Kernels.padded(length);
  }

  /** Floats that a key takes, and a value. */
  public int keptWidth() {
    return pairs ? heads * headWidth / 2 : heads * headWidth;
  }

  /** Scratch that takes so many keys while they are kept. */
  public int packedScratch(int length) {
    return pairs ? length * keptWidth() : 0;
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
   * @param packed {@link #packedScratch} of the length
   */
  public void keepKeys(
      float[] rows, int from, int rowStride, int length, float[] keys, int to, float[] packed) {
    if (pairs) {
      keepValues(rows, from, rowStride, length, packed, 0);
      transpose(packed, 0, keptWidth(), length, keys, to);
    } else {
      transpose(rows, from, rowStride, length, keys, to);
    }
  }

  private void transpose(float[] rows, int from, int rowStride, int length, float[] keys, int to) {
    int width = keptWidth();
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
      scatter(rows, from + s * rowStride, s, keys, to);
    }
  }

  /**
   * Stores the key of one position as {@link #attend} wants it.
   *
   * @param row holds the key, width D from {@code from}
   * @param keys receives it, blocks from {@code to}
   * @param packed {@link #packedScratch} of 1
   */
  public void keepKey(float[] row, int from, int position, float[] keys, int to, float[] packed) {
    if (pairs) {
      kernels.packPairs(heads, headWidth, row, from, packed, 0);
      scatter(packed, 0, position, keys, to);
    } else {
      scatter(row, from, position, keys, to);
    }
  }

  private void scatter(float[] row, int from, int position, float[] keys, int to) {
    int width = keptWidth();
    for (int d = 0, at = to + place(position); d < width; d++, at += BLOCK) {
      keys[at] = row[from + d];
    }
  }

  /**
   * Stores values as {@link #attend} wants them.
   *
   * @param rows holds the values of {@code length} rows, width D from {@code from}
   * @param rowStride from one row to the next
   * @param values receives them, {@link #keptWidth} each, from {@code to}
   */
  public void keepValues(
      float[] rows, int from, int rowStride, int length, float[] values, int to) {
    int width = keptWidth();
    for (int s = 0; s < length; s++) {
      if (pairs) {
        kernels.packPairs(heads, headWidth, rows, from + s * rowStride, values, to + s * width);
      } else {
        System.arraycopy(rows, from + s * rowStride, values, to + s * width, width);
      }
    }
  }

  /** Where a position's key begins. */
  private int place(int position) {
    return position / BLOCK * BLOCK * keptWidth() + position % BLOCK;
  }

  /**
   * @param query holds the query, width D, from {@code queryFrom}
   * @param keys holds the keys in transposed blocks from {@code keysFrom}, as {@link #keepKeys}
   *     stores them
   * @param values holds the values from {@code valuesFrom}, as {@link #keepValues} stores them
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
    if (pairs) {
      kernels.attendPairs(
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
    } else {
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
}
