package io.sluice.tensor;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Attention of one query in two steps, each over all heads: the weights of the keys, and the values
 * mixed by them and divided by what the weights add up to. Whole blocks of keys are weighed, and
 * what lies behind the last key is not mixed, so a row's result does not depend on the capacity of
 * the cache. Scores of a usual size are exponents as they are, without a search for the largest.
 */
final class VectorAttention {
  private static final VectorSpecies<Float> SPECIES = VectorRows.SPECIES;
  private static final int LANES = SPECIES.length();
  private static final int BLOCK = Kernels.BLOCK;

  /** Scores up to this size are exponents as they are; sums of so many stay within float32. */
  private static final float USUAL = 60f;

  private VectorAttention() {}

  /**
   * The weights of all keys, each head's up to a factor.
   *
   * @param keys as {@link Kernels#attend} wants them
   * @param capacity keys to weigh, whole blocks
   * @param weights receives shape (heads, capacity); behind the last key anything
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
    exponents(heads, length, capacity, weights);
  }

  /**
   * Soft-max but for the division, in place.
   *
   * @param length scores of each head that count
   * @param scores shape (heads, capacity)
   */
  static void exponents(int heads, int length, int capacity, float[] scores) {
    for (int end = capacity; end <= heads * capacity; end += capacity) {
      for (int at = end - capacity + length; at < end; at++) {
        scores[at] = 0f; // of keys that do not count: they decide nothing
      }
    }
    if (usual(heads * capacity, scores)) {
      for (int at = 0; at < heads * capacity; at += LANES) {
        VectorExponential.exp(FloatVector.fromArray(SPECIES, scores, at)).intoArray(scores, at);
      }
    } else {
      softmax(heads, length, capacity, scores);
    }
  }

  /**
   * True if exponentials of so many scores can be summed as they are; false if one is no number.
   */
  private static boolean usual(int count, float[] scores) {
    FloatVector largest = FloatVector.zero(SPECIES);
    for (int at = 0; at < count; at += LANES) {
      largest = largest.max(FloatVector.fromArray(SPECIES, scores, at).abs());
    }
    return largest.lt(USUAL).allTrue();
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

  private static void softmax(int heads, int length, int capacity, float[] scores) {
    for (int head = 0; head < heads; head++) {
      int from = head * capacity;
      Arrays.fill(scores, from + length, from + capacity, Float.NEGATIVE_INFINITY);
      FloatVector largest = FloatVector.fromArray(SPECIES, scores, from);
      for (int t = LANES; t < capacity; t += LANES) {
        largest = largest.max(FloatVector.fromArray(SPECIES, scores, from + t));
      }
      float max = largest.reduceLanes(VectorOperators.MAX);
      for (int t = 0; t < capacity; t += LANES) {
        VectorExponential.exp(FloatVector.fromArray(SPECIES, scores, from + t).sub(max))
            .intoArray(scores, from + t);
      }
    }
  }

  /**
   * The values of each head, weighted and divided by the sum of the weights.
   *
   * @param weights shape (heads, capacity)
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
    int width = heads * headWidth;
    for (int head = 0; head < heads; head++) {
      int from = head * capacity;
      int value = valuesFrom + head * headWidth;
      int to = outFrom + head * headWidth;
      float scale = headWidth % LANES == 0 ? 0f : 1f / sum(weights, from, length);
      int d = 0;
      for (; d + 4 * LANES <= headWidth; d += 4 * LANES) {
        scale = mixFour(weights, from, values, value + d, width, length, out, to + d);
      }
      for (; d + 2 * LANES <= headWidth; d += 2 * LANES) {
        scale = mixTwo(weights, from, values, value + d, width, length, out, to + d);
      }
      for (; d + LANES <= headWidth; d += LANES) {
        scale = mixOne(weights, from, values, value + d, width, length, out, to + d);
      }
      for (; d < headWidth; d++) {
        float sum = 0f;
        for (int t = 0, at = value + d; t < length; t++, at += width) {
          sum += weights[from + t] * values[at];
        }
        out[to + d] = sum * scale;
      }
      if (weightSums != null) {
        addScaled(weightSums, weights, from, length, scale);
      }
    }
  }

  static float sum(float[] x, int from, int length) {
    float sum = 0f;
    for (int i = from; i < from + length; i++) {
      sum += x[i];
    }
    return sum;
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
  private static float mixTwo(
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
      FloatVector odd = FloatVector.broadcast(SPECIES, weights[weightsFrom + t + 1]);
      sum = sum.add(weight);
      oddSum = oddSum.add(odd);
      low = FloatVector.fromArray(SPECIES, values, at).fma(weight, low);
      high = FloatVector.fromArray(SPECIES, values, at + LANES).fma(weight, high);
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

  /** The same for one vector. */
  private static float mixOne(
      float[] weights,
      int weightsFrom,
      float[] values,
      int from,
      int width,
      int length,
      float[] out,
      int to) {
    FloatVector sum = FloatVector.zero(SPECIES);
    FloatVector mixed = sum;
    for (int t = 0, at = from; t < length; t++, at += width) {
      FloatVector weight = FloatVector.broadcast(SPECIES, weights[weightsFrom + t]);
      sum = sum.add(weight);
      mixed = FloatVector.fromArray(SPECIES, values, at).fma(weight, mixed);
    }
    FloatVector scale = FloatVector.broadcast(SPECIES, 1f).div(sum);
    mixed.mul(scale).intoArray(out, to);
    return scale.lane(0);
  }

  static void addScaled(float[] y, float[] x, int from, int length, float scale) {
    FloatVector factor = FloatVector.broadcast(SPECIES, scale);
    int bound = SPECIES.loopBound(length);
    for (int i = 0; i < bound; i += LANES) {
      FloatVector.fromArray(SPECIES, x, from + i)
          .fma(factor, FloatVector.fromArray(SPECIES, y, i))
          .intoArray(y, i);
    }
    for (int i = bound; i < length; i++) {
      y[i] += x[from + i] * scale;
    }
  }
}
