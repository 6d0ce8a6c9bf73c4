package io.sluice.nn;

import io.sluice.tensor.FloatMath;
import java.util.Arrays;

/**
 * Multi-head scaled dot-product attention of one query over the keys and values of its row (Vaswani
 * et al. 2017). Keys are stored transposed, (D, capacity), so that both loops run over consecutive
 * memory. Immutable and thread-safe.
 *
 * @param heads H
 * @param headWidth D / H
 */
public record Attention(int heads, int headWidth) {

  /**
   * @param query holds the query, width D, from {@code queryFrom}
   * @param keys holds the transposed keys, (D, stride), from {@code keysFrom}
   * @param stride capacity of a key row, at least {@code length}
   * @param values holds the values, (length, D), from {@code valuesFrom}
   * @param length keys to attend to, at least 1
   * @param out receives the result, width D, from {@code outFrom}
   * @param weights scratch of at least {@code length}
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
    int width = heads * headWidth;
    float scale = (float) (1.0 / Math.sqrt(headWidth));
    for (int head = 0; head < heads; head++) {
      int first = head * headWidth;
      Arrays.fill(weights, 0, length, 0f);
      for (int d = first; d < first + headWidth; d++) {
        float q = query[queryFrom + d] * scale;
        int row = keysFrom + d * stride;
        for (int t = 0; t < length; t++) {
          weights[t] += q * keys[row + t];
        }
      }
      FloatMath.softmaxInPlace(weights, 0, length);
      int to = outFrom + first;
      Arrays.fill(out, to, to + headWidth, 0f);
      for (int t = 0; t < length; t++) {
        float weight = weights[t];
        int row = valuesFrom + t * width + first;
        for (int d = 0; d < headWidth; d++) {
          out[to + d] += weight * values[row + d];
        }
      }
      if (weightSum != null) {
        FloatMath.addInPlace(weightSum, weights, length);
      }
    }
  }
}
