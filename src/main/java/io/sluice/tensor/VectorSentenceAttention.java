package io.sluice.tensor;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Attention of all tokens of one sentence on each other. As many queries as a vector has lanes go
 * together, one in each lane: their soft-max needs no sum across lanes, and each key and value that
 * is read serves all of them.
 */
final class VectorSentenceAttention {
  private static final VectorSpecies<Float> SPECIES = VectorRows.SPECIES;
  private static final int LANES = SPECIES.length();
  private static final int GROUP = 8; // keys scored together: so many sums hide the latency

  private final int heads;
  private final int headWidth;
  private final int width; // D
  private final float[] projected; // (tokens, 3D)
  private final int from; // first value of the sentence
  private final int length;
  private final float[] scratch; // queries (headWidth, lanes), then weights (length, lanes)

  private VectorSentenceAttention(
      int heads, int headWidth, float[] projected, int from, int length, float[] scratch) {
    this.heads = heads;
    this.headWidth = headWidth;
    this.width = heads * headWidth;
    this.projected = projected;
    this.from = from;
    this.length = length;
    this.scratch = scratch;
  }

  static void attend(
      int heads,
      int headWidth,
      float[] projected,
      int from,
      int length,
      float[] out,
      int outFrom,
      float[] scratch) {
    new VectorSentenceAttention(heads, headWidth, projected, from, length, scratch)
        .run(out, outFrom);
  }

  private void run(float[] out, int outFrom) {
    for (int first = 0; first < length; first += LANES) {
      int count = Math.min(LANES, length - first);
      for (int head = 0; head < heads; head++) {
        int column = head * headWidth;
        turnQueries(first, count, column);
        FloatVector largest = scores(width + column);
        weigh(largest);
        mix(count, 2 * width + column, out, outFrom + first * width + column);
      }
    }
  }

  /** The queries, scaled, one in each lane; what lanes that are left over hold, nobody reads. */
  private void turnQueries(int first, int count, int column) {
    float scale = (float) (1.0 / Math.sqrt(headWidth));
    for (int lane = 0; lane < count; lane++) {
      int row = from + (first + lane) * 3 * width + column;
      for (int d = 0, to = lane; d < headWidth; d++, to += LANES) {
        scratch[to] = projected[row + d] * scale;
      }
    }
  }

  /** Scores of all keys; returns the largest of each query. The last groups may overlap. */
  private FloatVector scores(int keyColumn) {
    FloatVector largest = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
    int t = 0;
    while (length >= GROUP && t < length) {
      int group = Math.min(t, length - GROUP);
      largest = scoreGroup(from + keyColumn + group * 3 * width, group, largest);
      t += GROUP;
    }
    for (; t < length; t++) {
      FloatVector sum = scoreOne(from + keyColumn + t * 3 * width);
      sum.intoArray(scratch, (headWidth + t) * LANES);
      largest = largest.max(sum);
    }
    return largest;
  }

  private FloatVector scoreOne(int key) {
    FloatVector even = FloatVector.zero(SPECIES);
    FloatVector odd = even;
    int d = 0;
    for (; d + 2 <= headWidth; d += 2) {
      even = multiplyAdd(projected[key + d], d, even);
      odd = multiplyAdd(projected[key + d + 1], d + 1, odd);
    }
    return d < headWidth ? multiplyAdd(projected[key + d], d, even.add(odd)) : even.add(odd);
  }

  private FloatVector multiplyAdd(float key, int d, FloatVector sum) {
    return FloatVector.fromArray(SPECIES, scratch, d * LANES)
        .fma(FloatVector.broadcast(SPECIES, key), sum);
  }

  private FloatVector scoreGroup(int key, int t, FloatVector soFar) {
    int step = 3 * width;
    FloatVector sum0 = FloatVector.zero(SPECIES);
    FloatVector sum1 = sum0;
    FloatVector sum2 = sum0;
    FloatVector sum3 = sum0;
    FloatVector sum4 = sum0;
    FloatVector sum5 = sum0;
    FloatVector sum6 = sum0;
    FloatVector sum7 = sum0;
    for (int d = 0; d < headWidth; d++) {
      FloatVector query = FloatVector.fromArray(SPECIES, scratch, d * LANES);
      int at = key + d;
      sum0 = query.fma(FloatVector.broadcast(SPECIES, projected[at]), sum0);
      sum1 = query.fma(FloatVector.broadcast(SPECIES, projected[at + step]), sum1);
      sum2 = query.fma(FloatVector.broadcast(SPECIES, projected[at + 2 * step]), sum2);
      sum3 = query.fma(FloatVector.broadcast(SPECIES, projected[at + 3 * step]), sum3);
      sum4 = query.fma(FloatVector.broadcast(SPECIES, projected[at + 4 * step]), sum4);
      sum5 = query.fma(FloatVector.broadcast(SPECIES, projected[at + 5 * step]), sum5);
      sum6 = query.fma(FloatVector.broadcast(SPECIES, projected[at + 6 * step]), sum6);
      sum7 = query.fma(FloatVector.broadcast(SPECIES, projected[at + 7 * step]), sum7);
    }
    int to = (headWidth + t) * LANES;
    sum0.intoArray(scratch, to);
    sum1.intoArray(scratch, to + LANES);
    sum2.intoArray(scratch, to + 2 * LANES);
    sum3.intoArray(scratch, to + 3 * LANES);
    sum4.intoArray(scratch, to + 4 * LANES);
    sum5.intoArray(scratch, to + 5 * LANES);
    sum6.intoArray(scratch, to + 6 * LANES);
    sum7.intoArray(scratch, to + 7 * LANES);
    FloatVector low = sum0.max(sum1).max(sum2.max(sum3));
    return soFar.max(low).max(sum4.max(sum5).max(sum6.max(sum7)));
  }

  /** Turns scores into weights that add up to 1 in each lane. */
  private void weigh(FloatVector largest) {
    int end = (headWidth + length) * LANES;
    FloatVector sum = FloatVector.zero(SPECIES);
    for (int at = headWidth * LANES; at < end; at += LANES) {
      FloatVector e =
          VectorExponential.exp(FloatVector.fromArray(SPECIES, scratch, at).sub(largest));
      e.intoArray(scratch, at);
      sum = sum.add(e);
    }
    FloatVector scale = FloatVector.broadcast(SPECIES, 1f).div(sum);
    for (int at = headWidth * LANES; at < end; at += LANES) {
      FloatVector.fromArray(SPECIES, scratch, at).mul(scale).intoArray(scratch, at);
    }
  }

  /** The values, weighted, for two queries at a time; a last one alone goes twice. */
  private void mix(int count, int valueColumn, float[] out, int to) {
    for (int lane = 0; lane < count; lane += 2) {
      int other = Math.min(lane + 1, count - 1);
      int d = 0;
      for (; d + 4 * LANES <= headWidth; d += 4 * LANES) {
        mixFour(lane, other, from + valueColumn + d, out, to + d);
      }
      for (; d + LANES <= headWidth; d += LANES) {
        mixOne(lane, from + valueColumn + d, out, to + lane * width + d);
        mixOne(other, from + valueColumn + d, out, to + other * width + d);
      }
      for (; d < headWidth; d++) {
        mixScalar(lane, from + valueColumn + d, out, to + lane * width + d);
        mixScalar(other, from + valueColumn + d, out, to + other * width + d);
      }
    }
  }

  private void mixFour(int lane, int other, int values, float[] out, int to) {
    FloatVector sum0 = FloatVector.zero(SPECIES);
    FloatVector sum1 = sum0;
    FloatVector sum2 = sum0;
    FloatVector sum3 = sum0;
    FloatVector other0 = sum0;
    FloatVector other1 = sum0;
    FloatVector other2 = sum0;
    FloatVector other3 = sum0;
    int weights = headWidth * LANES;
    for (int t = 0, at = values; t < length; t++, at += 3 * width, weights += LANES) {
      FloatVector one = FloatVector.broadcast(SPECIES, scratch[weights + lane]);
      FloatVector two = FloatVector.broadcast(SPECIES, scratch[weights + other]);
      FloatVector value0 = FloatVector.fromArray(SPECIES, projected, at);
      FloatVector value1 = FloatVector.fromArray(SPECIES, projected, at + LANES);
      FloatVector value2 = FloatVector.fromArray(SPECIES, projected, at + 2 * LANES);
      FloatVector value3 = FloatVector.fromArray(SPECIES, projected, at + 3 * LANES);
      sum0 = value0.fma(one, sum0);
      sum1 = value1.fma(one, sum1);
      sum2 = value2.fma(one, sum2);
      sum3 = value3.fma(one, sum3);
      other0 = value0.fma(two, other0);
      other1 = value1.fma(two, other1);
      other2 = value2.fma(two, other2);
      other3 = value3.fma(two, other3);
    }
    int first = to + lane * width;
    int second = to + other * width;
    sum0.intoArray(out, first);
    sum1.intoArray(out, first + LANES);
    sum2.intoArray(out, first + 2 * LANES);
    sum3.intoArray(out, first + 3 * LANES);
    other0.intoArray(out, second);
    other1.intoArray(out, second + LANES);
    other2.intoArray(out, second + 2 * LANES);
    other3.intoArray(out, second + 3 * LANES);
  }

  private void mixOne(int lane, int values, float[] out, int to) {
    FloatVector sum = FloatVector.zero(SPECIES);
    int weight = headWidth * LANES + lane;
    for (int t = 0, at = values; t < length; t++, at += 3 * width, weight += LANES) {
      FloatVector factor = FloatVector.broadcast(SPECIES, scratch[weight]);
      sum = FloatVector.fromArray(SPECIES, projected, at).fma(factor, sum);
    }
    sum.intoArray(out, to);
  }

  private void mixScalar(int lane, int value, float[] out, int to) {
    float sum = 0f;
    int weight = headWidth * LANES + lane;
    for (int t = 0, at = value; t < length; t++, at += 3 * width, weight += LANES) {
      sum += scratch[weight] * projected[at];
    }
    out[to] = sum;
  }
}
