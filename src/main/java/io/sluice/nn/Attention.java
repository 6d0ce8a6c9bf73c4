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
