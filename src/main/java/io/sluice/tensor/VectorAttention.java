package io.sluice.tensor;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Attention of one query in three steps, each over all heads: scores, soft-max, mixing the values.
 * Scores are computed for whole blocks of keys; what lies behind the last key is then overwritten,
 * so a row's result does not depend on the capacity of the cache.
 */
final class VectorAttention {
  private static final VectorSpecies<Float> SPECIES = VectorRows.SPECIES;
  private static final int LANES = SPECIES.length();
  private static final int BLOCK = Kernels.BLOCK;

  /** Scores up to this size are exponents as they are; sums of so many stay within float32. */
  private static final float USUAL = 60f;

  private VectorAttention() {}

  /**
   * @param keys as {@link Kernels#attend} wants them
   * @param capacity keys to score, whole blocks
   * @param scores receives shape (heads, capacity)
   */
  static void scores(
      int heads,
      int headWidth,
      float[] query,
      int queryFrom,
      float[] keys,
      int keysFrom,
      int capacity,
      float[] scores) {
    float scale = (float) (1.0 / Math.sqrt(headWidth));
    for (int head = 0; head < heads; head++) {
      int first = queryFrom + head * headWidth;
      for (int block = 0; block < capacity; block += BLOCK) {
        int column = keysFrom + (block * heads + head * BLOCK) * headWidth;
        for (int t = 0; t < BLOCK; t += LANES) {
          FloatVector sum = dot(query, first, headWidth, keys, column + t);
          sum.mul(scale).intoArray(scores, head * capacity + block + t);
        }
      }
    }
  }

  /** Four sums side by side hide the latency of the multiply-adds. */
  private static FloatVector dot(float[] query, int first, int headWidth, float[] keys, int from) {
    FloatVector sum0 = FloatVector.zero(SPECIES);
    FloatVector sum1 = sum0;
    FloatVector sum2 = sum0;
    FloatVector sum3 = sum0;
    int d = 0;
    int at = from;
    for (; d + 4 <= headWidth; d += 4, at += 4 * BLOCK) {
      sum0 = multiplyAdd(query[first + d], keys, at, sum0);
      sum1 = multiplyAdd(query[first + d + 1], keys, at + BLOCK, sum1);
      sum2 = multiplyAdd(query[first + d + 2], keys, at + 2 * BLOCK, sum2);
      sum3 = multiplyAdd(query[first + d + 3], keys, at + 3 * BLOCK, sum3);
    }
    for (; d < headWidth; d++, at += BLOCK) {
      sum0 = multiplyAdd(query[first + d], keys, at, sum0);
    }
    return sum0.add(sum1).add(sum2.add(sum3));
  }

  private static FloatVector multiplyAdd(float factor, float[] x, int from, FloatVector sum) {
    return FloatVector.fromArray(SPECIES, x, from).fma(FloatVector.broadcast(SPECIES, factor), sum);
  }

  /**
   * Soft-max of each head's scores, in place.
   *
   * @param length scores that count
   * @param capacity scores there are, whole blocks
   * @param weightSums null, or receives the weights summed over heads, added to what it holds
   */
  static void softmax(int heads, int length, int capacity, float[] scores, float[] weightSums) {
    for (int head = 0; head < heads; head++) {
      int from = head * capacity;
      Arrays.fill(scores, from + length, from + capacity, Float.NEGATIVE_INFINITY);
      FloatVector largest = FloatVector.fromArray(SPECIES, scores, from);
      for (int t = LANES; t < capacity; t += LANES) {
        largest = largest.max(FloatVector.fromArray(SPECIES, scores, from + t));
      }
      float max = largest.reduceLanes(VectorOperators.MAX);
      FloatVector sums = FloatVector.zero(SPECIES);
      for (int t = 0; t < capacity; t += LANES) {
        FloatVector e =
            VectorExponential.exp(FloatVector.fromArray(SPECIES, scores, from + t).sub(max));
        e.intoArray(scores, from + t);
        sums = sums.add(e);
      }
      float scale = 1f / sums.reduceLanes(VectorOperators.ADD);
      for (int t = 0; t < capacity; t += LANES) {
        FloatVector.fromArray(SPECIES, scores, from + t).mul(scale).intoArray(scores, from + t);
      }
      if (weightSums != null) {
        addInPlace(weightSums, scores, from, length);
      }
    }
  }

  private static void addInPlace(float[] y, float[] x, int from, int length) {
    int bound = SPECIES.loopBound(length);
    for (int i = 0; i < bound; i += LANES) {
      FloatVector.fromArray(SPECIES, y, i)
          .add(FloatVector.fromArray(SPECIES, x, from + i))
          .intoArray(y, i);
    }
    for (int i = bound; i < length; i++) {
      y[i] += x[from + i];
    }
  }

  /**
   * Soft-max and mixing in one go, without a sum or a maximum across lanes: what the weights add up
   * to is summed beside the values. Only for scores of a usual size, which need no shift before
   * they are exponents, and heads of whole pairs of vectors.
   *
   * @return false if that is not so; then nothing but scores behind the last key was changed
   */
  static boolean softmaxAndMix(
      int heads,
      int headWidth,
      int length,
      int capacity,
      float[] scores,
      float[] values,
      int valuesFrom,
      float[] out,
      int outFrom,
      float[] weightSums) {
    if (headWidth % (2 * LANES) != 0 || !usual(heads, length, capacity, scores)) {
      return false;
    }
    int width = heads * headWidth;
    exponents(heads * capacity, scores);
    for (int head = 0; head < heads; head++) {
      float scale = 0f;
      int end = (head + 1) * headWidth;
      int d = head * headWidth;
      for (; d + 4 * LANES <= end; d += 4 * LANES) {
        scale =
            mixFour(
                scores, head * capacity, values, valuesFrom + d, width, length, out, outFrom + d);
      }
      for (; d < end; d += 2 * LANES) {
        scale =
            mixPair(
                scores, head * capacity, values, valuesFrom + d, width, length, out, outFrom + d);
      }
      if (weightSums != null) {
        addScaled(weightSums, scores, head * capacity, length, scale);
      }
    }
    return true;
  }

  /** Soft-max but for the division, in place; what lies behind the last key becomes next to 0. */
  static void weights(int heads, int length, int capacity, float[] scores) {
    if (usual(heads, length, capacity, scores)) {
      exponents(heads * capacity, scores);
    } else {
      softmax(heads, length, capacity, scores, null);
    }
  }

  private static void exponents(int count, float[] scores) {
    for (int at = 0; at < count; at += LANES) {
      VectorExponential.exp(FloatVector.fromArray(SPECIES, scores, at)).intoArray(scores, at);
    }
  }

  /**
   * True if no score of a head is large and one is not too small; hides what is behind the last.
   */
  private static boolean usual(int heads, int length, int capacity, float[] scores) {
    for (int head = 0; head < heads; head++) {
      int end = (head + 1) * capacity;
      for (int at = end - capacity + length; at < end; at++) {
        scores[at] = Float.NEGATIVE_INFINITY;
      }
      boolean some = false;
      for (int at = end - capacity; at < end; at += LANES) {
        FloatVector score = FloatVector.fromArray(SPECIES, scores, at);
        if (score.compare(VectorOperators.GT, USUAL).anyTrue()) {
          return false;
        }
        some |= score.compare(VectorOperators.GT, -USUAL).anyTrue();
      }
      if (!some) {
        return false;
      }
    }
    return true;
  }

  /**
   * Four vectors of values, weighted and divided by the sum of the weights; returns its inverse.
   */
  private static float mixFour(
      float[] weights,
      int weightsFrom,
      float[] values,
      int from,
      int width,
      int length,
      float[] out,
      int to) {
    FloatVector sum = FloatVector.zero(SPECIES);
    FloatVector sum0 = sum;
    FloatVector sum1 = sum;
    FloatVector sum2 = sum;
    FloatVector sum3 = sum;
    for (int t = 0, at = from; t < length; t++, at += width) {
      FloatVector weight = FloatVector.broadcast(SPECIES, weights[weightsFrom + t]);
      sum = sum.add(weight);
      sum0 = FloatVector.fromArray(SPECIES, values, at).fma(weight, sum0);
      sum1 = FloatVector.fromArray(SPECIES, values, at + LANES).fma(weight, sum1);
      sum2 = FloatVector.fromArray(SPECIES, values, at + 2 * LANES).fma(weight, sum2);
      sum3 = FloatVector.fromArray(SPECIES, values, at + 3 * LANES).fma(weight, sum3);
    }
    FloatVector scale = FloatVector.broadcast(SPECIES, 1f).div(sum);
    sum0.mul(scale).intoArray(out, to);
    sum1.mul(scale).intoArray(out, to + LANES);
    sum2.mul(scale).intoArray(out, to + 2 * LANES);
    sum3.mul(scale).intoArray(out, to + 3 * LANES);
    return scale.lane(0);
  }

  /** The same for two vectors; values of every other key are summed apart. */
  private static float mixPair(
      float[] weights,
      int weightsFrom,
      float[] values,
      int from,
      int width,
      int length,
      float[] out,
      int to) {
    FloatVector sum = FloatVector.zero(SPECIES);
    FloatVector low = sum;
    FloatVector high = sum;
    FloatVector oddSum = sum;
    FloatVector oddLow = sum;
    FloatVector oddHigh = sum;
    int t = 0;
    int at = from;
    for (; t + 2 <= length; t += 2, at += 2 * width) {
      FloatVector weight = FloatVector.broadcast(SPECIES, weights[weightsFrom + t]);
      sum = sum.add(weight);
      low = FloatVector.fromArray(SPECIES, values, at).fma(weight, low);
      high = FloatVector.fromArray(SPECIES, values, at + LANES).fma(weight, high);
      FloatVector odd = FloatVector.broadcast(SPECIES, weights[weightsFrom + t + 1]);
      oddSum = oddSum.add(odd);
      oddLow = FloatVector.fromArray(SPECIES, values, at + width).fma(odd, oddLow);
      oddHigh = FloatVector.fromArray(SPECIES, values, at + width + LANES).fma(odd, oddHigh);
    }
    if (t < length) {
      FloatVector weight = FloatVector.broadcast(SPECIES, weights[weightsFrom + t]);
      sum = sum.add(weight);
      low = FloatVector.fromArray(SPECIES, values, at).fma(weight, low);
      high = FloatVector.fromArray(SPECIES, values, at + LANES).fma(weight, high);
    }
    FloatVector scale = FloatVector.broadcast(SPECIES, 1f).div(sum.add(oddSum));
    low.add(oddLow).mul(scale).intoArray(out, to);
    high.add(oddHigh).mul(scale).intoArray(out, to + LANES);
    return scale.lane(0);
  }

  static void addScaled(float[] y, float[] x, int from, int length, float scale) {
    for (int i = 0; i < length; i++) {
      y[i] += x[from + i] * scale;
    }
  }

  /** The values of each head, weighted. */
  static void mix(
      int heads,
      int headWidth,
      float[] weights,
      int capacity,
      float[] values,
      int valuesFrom,
      int length,
      float[] out,
      int outFrom) {
    int width = heads * headWidth;
    for (int head = 0; head < heads; head++) {
      int first = head * headWidth;
      int d = 0;
      for (; d + 2 * LANES <= headWidth; d += 2 * LANES) {
        mixTwo(
            weights,
            head * capacity,
            values,
            valuesFrom + first + d,
            width,
            length,
            out,
            outFrom + first + d);
      }
      for (; d + LANES <= headWidth; d += LANES) {
        FloatVector sum = FloatVector.zero(SPECIES);
        for (int t = 0, at = valuesFrom + first + d; t < length; t++, at += width) {
          sum = multiplyAdd(weights[head * capacity + t], values, at, sum);
        }
        sum.intoArray(out, outFrom + first + d);
      }
      for (; d < headWidth; d++) {
        float sum = 0f;
        for (int t = 0, at = valuesFrom + first + d; t < length; t++, at += width) {
          sum += weights[head * capacity + t] * values[at];
        }
        out[outFrom + first + d] = sum;
      }
    }
  }

  private static void mixTwo(
      float[] weights,
      int weightsFrom,
      float[] values,
      int from,
      int width,
      int length,
      float[] out,
      int to) {
    FloatVector low = FloatVector.zero(SPECIES);
    FloatVector high = low;
    FloatVector lowOdd = low;
    FloatVector highOdd = low;
    int t = 0;
    int at = from;
    for (; t + 2 <= length; t += 2, at += 2 * width) {
      low = multiplyAdd(weights[weightsFrom + t], values, at, low);
      high = multiplyAdd(weights[weightsFrom + t], values, at + LANES, high);
      lowOdd = multiplyAdd(weights[weightsFrom + t + 1], values, at + width, lowOdd);
      highOdd = multiplyAdd(weights[weightsFrom + t + 1], values, at + width + LANES, highOdd);
    }
    if (t < length) {
      low = multiplyAdd(weights[weightsFrom + t], values, at, low);
      high = multiplyAdd(weights[weightsFrom + t], values, at + LANES, high);
    }
    low.add(lowOdd).intoArray(out, to);
    high.add(highOdd).intoArray(out, to + LANES);
  }
}
