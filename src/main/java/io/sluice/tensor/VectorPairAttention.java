package io.sluice.tensor;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Attention of one query over keys and values that are packed in pairs: half the memory is read. A
 * vector of pairs becomes two of floats by a shift and a mask. See {@link VectorAttention}.
 */
final class VectorPairAttention {
  private static final VectorSpecies<Float> SPECIES = VectorRows.SPECIES;
  private static final int LANES = SPECIES.length();
  private static final int BLOCK = Kernels.BLOCK;

  private VectorPairAttention() {}

  private static FloatVector first(IntVector pairs) {
    return pairs.lanewise(VectorOperators.LSHL, FloatPairs.HALF).reinterpretAsFloats();
  }

  private static FloatVector second(IntVector pairs) {
    return pairs.and(FloatPairs.SECOND).reinterpretAsFloats();
  }

  private static IntVector pairs(float[] x, int from) {
    return FloatVector.fromArray(SPECIES, x, from).reinterpretAsInts();
  }

  /** See {@link Kernels#packPairs}. */
  static void pack(int heads, int headWidth, float[] x, int from, float[] pairs, int to) {
    int half = headWidth / 2;
    for (int head = 0; head < heads; head++) {
      int start = from + head * headWidth;
      int p = 0;
      for (; p + LANES <= half; p += LANES) {
        IntVector low = rounded(pairs(x, start + p));
        IntVector high = rounded(pairs(x, start + half + p));
        low.lanewise(VectorOperators.LSHR, FloatPairs.HALF)
            .or(high.and(FloatPairs.SECOND))
            .reinterpretAsFloats()
            .intoArray(pairs, to + head * half + p);
      }
      for (; p < half; p++) {
        pairs[to + head * half + p] = FloatPairs.pack(x[start + p], x[start + half + p]);
      }
    }
  }

  private static IntVector rounded(IntVector bits) {
    return bits.lanewise(VectorOperators.LSHR, FloatPairs.HALF)
        .and(1)
        .add(FloatPairs.ROUNDING)
        .add(bits);
  }

  /**
   * See {@link VectorAttention#weigh}.
   *
   * @param keys as {@link Kernels#attendPairs} wants them
   */
  static void weigh(
      int heads,
      int headWidth,
      float[] query,
      int queryFrom,
      float[] keys,
      int keysFrom,
      int length,
      int capacity,
      float[] weights) {
    scores(heads, headWidth, query, queryFrom, keys, keysFrom, capacity, weights);
    VectorAttention.exponents(heads, length, capacity, weights);
  }

  private static void scores(
      int heads,
      int headWidth,
      float[] query,
      int queryFrom,
      float[] keys,
      int keysFrom,
      int capacity,
      float[] scores) {
    float scale = (float) (1.0 / Math.sqrt(headWidth));
    int half = headWidth / 2;
    for (int head = 0; head < heads; head++) {
      int from = queryFrom + head * headWidth;
      for (int block = 0; block < capacity; block += BLOCK) {
        int column = keysFrom + (block * heads + head * BLOCK) * half;
        for (int t = 0; t < BLOCK; t += LANES) {
          FloatVector sum = dot(query, from, half, keys, column + t);
          sum.mul(scale).intoArray(scores, head * capacity + block + t);
        }
      }
    }
  }

  /** Four sums side by side hide the latency of the multiply-adds. */
  private static FloatVector dot(float[] query, int from, int half, float[] keys, int column) {
    FloatVector sum0 = FloatVector.zero(SPECIES);
    FloatVector sum1 = sum0;
    FloatVector sum2 = sum0;
    FloatVector sum3 = sum0;
    int p = 0;
    int at = column;
    for (; p + 2 <= half; p += 2, at += 2 * BLOCK) {
      IntVector even = pairs(keys, at);
      IntVector odd = pairs(keys, at + BLOCK);
      sum0 = first(even).fma(FloatVector.broadcast(SPECIES, query[from + p]), sum0);
      sum1 = second(even).fma(FloatVector.broadcast(SPECIES, query[from + half + p]), sum1);
      sum2 = first(odd).fma(FloatVector.broadcast(SPECIES, query[from + p + 1]), sum2);
      sum3 = second(odd).fma(FloatVector.broadcast(SPECIES, query[from + half + p + 1]), sum3);
    }
    if (p < half) {
      IntVector last = pairs(keys, at);
      sum0 = first(last).fma(FloatVector.broadcast(SPECIES, query[from + p]), sum0);
      sum1 = second(last).fma(FloatVector.broadcast(SPECIES, query[from + half + p]), sum1);
    }
    return sum0.add(sum1).add(sum2.add(sum3));
  }

  /**
   * The values of each head, weighted and divided by the sum of the weights.
   *
   * @param weights shape (heads, capacity), not negative, of a head not all 0
   * @param weightSums null, or receives the divided weights summed over heads, added to what it
   *     holds
   */
  static void mix(
      int heads,
      int headWidth,
      int length,
      int capacity,
      float[] weights,
      float[] values,
      int valuesFrom,
      float[] out,
      int outFrom,
      float[] weightSums) {
    int half = headWidth / 2;
    for (int head = 0; head < heads; head++) {
      int from = head * capacity;
      int value = valuesFrom + head * half;
      int to = outFrom + head * 2 * half;
      float scale = half % LANES == 0 ? 0f : 1f / VectorAttention.sum(weights, from, length);
      int p = 0;
      for (; p + LANES <= half; p += LANES) {
        scale = mixOne(weights, from, length, values, value + p, heads * half, out, to + p, half);
      }
      for (; p < half; p++) {
        float low = 0f;
        float high = 0f;
        for (int t = 0, at = value + p; t < length; t++, at += heads * half) {
          low += weights[from + t] * FloatPairs.first(values[at]);
          high += weights[from + t] * FloatPairs.second(values[at]);
        }
        out[to + p] = low * scale;
        out[to + half + p] = high * scale;
      }
      if (weightSums != null) {
        VectorAttention.addScaled(weightSums, weights, from, length, scale);
      }
    }
  }

  /**
   * One vector of pairs; values of every other key are summed apart. Returns what the values are
   * multiplied with besides, the inverse of the sum of the weights.
   */
  private static float mixOne(
      float[] weights,
      int weightsFrom,
      int length,
      float[] values,
      int from,
      int stride,
      float[] out,
      int to,
      int half) {
    FloatVector sum = FloatVector.zero(SPECIES);
    FloatVector low = sum;
    FloatVector high = sum;
    FloatVector oddSum = sum;
    FloatVector oddLow = sum;
    FloatVector oddHigh = sum;
    int t = 0;
    int at = from;
    for (; t + 2 <= length; t += 2, at += 2 * stride) {
      FloatVector weight = FloatVector.broadcast(SPECIES, weights[weightsFrom + t]);
      FloatVector oddWeight = FloatVector.broadcast(SPECIES, weights[weightsFrom + t + 1]);
      IntVector even = pairs(values, at);
      IntVector odd = pairs(values, at + stride);
      sum = sum.add(weight);
      oddSum = oddSum.add(oddWeight);
      low = first(even).fma(weight, low);
      high = second(even).fma(weight, high);
      oddLow = first(odd).fma(oddWeight, oddLow);
      oddHigh = second(odd).fma(oddWeight, oddHigh);
    }
    if (t < length) {
      FloatVector weight = FloatVector.broadcast(SPECIES, weights[weightsFrom + t]);
      IntVector even = pairs(values, at);
      sum = sum.add(weight);
      low = first(even).fma(weight, low);
      high = second(even).fma(weight, high);
    }
    FloatVector scale = FloatVector.broadcast(SPECIES, 1f).div(sum.add(oddSum));
    low.add(oddLow).mul(scale).intoArray(out, to);
    high.add(oddHigh).mul(scale).intoArray(out, to + half);
    return scale.lane(0);
  }
}
