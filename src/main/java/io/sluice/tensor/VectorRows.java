package io.sluice.tensor;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Vector kernels on the rows of a matrix. Values behind the last whole vector go one by one. */
final class VectorRows {
  /** The widest vectors of the CPU, but not wider than a block. */
  static final VectorSpecies<Float> SPECIES =
      FloatVector.SPECIES_PREFERRED.length() > Kernels.BLOCK
          ? FloatVector.SPECIES_512
          : FloatVector.SPECIES_PREFERRED;

  private static final VectorSpecies<Integer> INTEGERS =
      VectorSpecies.of(int.class, SPECIES.vectorShape());

  static final int LANES = SPECIES.length();

  /** Values of eight vectors. */
  static final int EIGHT = 8 * LANES;

  /** Numbers of the lanes of the first and of the second of two vectors. */
  private static final IntVector LOW = IntVector.zero(INTEGERS).addIndex(1);

  private static final IntVector HIGH = LOW.add(LANES);

  private VectorRows() {}

  static void addBias(float[] y, int rows, float[] bias) {
    int width = bias.length;
    int bound = SPECIES.loopBound(width);
    for (int row = 0, at = 0; row < rows; row++, at += width) {
      for (int i = 0; i < bound; i += LANES) {
        FloatVector.fromArray(SPECIES, y, at + i)
            .add(FloatVector.fromArray(SPECIES, bias, i))
            .intoArray(y, at + i);
      }
      for (int i = bound; i < width; i++) {
        y[at + i] += bias[i];
      }
    }
  }

  static void addBiasRelu(float[] y, int rows, float[] bias, int from, int width) {
    int bound = SPECIES.loopBound(width);
    for (int row = 0, at = 0; row < rows; row++, at += width) {
      for (int i = 0; i < bound; i += LANES) {
        FloatVector.fromArray(SPECIES, y, at + i)
            .add(FloatVector.fromArray(SPECIES, bias, from + i))
            .max(0f)
            .intoArray(y, at + i);
      }
      for (int i = bound; i < width; i++) {
        y[at + i] = Math.max(0f, y[at + i] + bias[from + i]);
      }
    }
  }

  static void layerNorm(float[] x, int rows, float[] gain, float[] bias, float epsilon, float[] y) {
    int width = gain.length;
    for (int row = 0, at = 0; row < rows; row++, at += width) {
      float mean = sum(x, at, width) / width;
      float variance = squares(x, at, width, mean) / width;
      normalise(x, at, mean, (float) (1.0 / Math.sqrt(variance + epsilon)), gain, bias, y);
    }
  }

  private static float sum(float[] x, int from, int width) {
    int pairs = width - width % (2 * LANES);
    FloatVector even = FloatVector.zero(SPECIES);
    FloatVector odd = FloatVector.zero(SPECIES);
    for (int i = 0; i < pairs; i += 2 * LANES) {
      even = even.add(FloatVector.fromArray(SPECIES, x, from + i));
      odd = odd.add(FloatVector.fromArray(SPECIES, x, from + i + LANES));
    }
    float sum = even.add(odd).reduceLanes(VectorOperators.ADD);
    for (int i = pairs; i < width; i++) {
      sum += x[from + i];
    }
    return sum;
  }

  private static float squares(float[] x, int from, int width, float mean) {
    int pairs = width - width % (2 * LANES);
    FloatVector even = FloatVector.zero(SPECIES);
    FloatVector odd = FloatVector.zero(SPECIES);
    for (int i = 0; i < pairs; i += 2 * LANES) {
      FloatVector first = FloatVector.fromArray(SPECIES, x, from + i).sub(mean);
      FloatVector second = FloatVector.fromArray(SPECIES, x, from + i + LANES).sub(mean);
      even = first.fma(first, even);
      odd = second.fma(second, odd);
    }
    float sum = even.add(odd).reduceLanes(VectorOperators.ADD);
    for (int i = pairs; i < width; i++) {
      sum += (x[from + i] - mean) * (x[from + i] - mean);
    }
    return sum;
  }

  private static void normalise(
      float[] x, int at, float mean, float scale, float[] gain, float[] bias, float[] y) {
    int bound = SPECIES.loopBound(gain.length);
    for (int i = 0; i < bound; i += LANES) {
      FloatVector.fromArray(SPECIES, x, at + i)
          .sub(mean)
          .mul(scale)
          .fma(FloatVector.fromArray(SPECIES, gain, i), FloatVector.fromArray(SPECIES, bias, i))
          .intoArray(y, at + i);
    }
    for (int i = bound; i < gain.length; i++) {
      y[at + i] = (x[at + i] - mean) * scale * gain[i] + bias[i];
    }
  }

  /**
   * Bits of the values that are not 0: bit i for the value at {@code from + i}.
   *
   * @param count a multiple of two vectors, at most 64
   */
  static long nonZeros(float[] x, int from, int count) {
    long bits = 0;
    for (int i = 0; i < count; i += 2 * LANES) {
      IntVector low = ones(x, from + i).lanewise(VectorOperators.LSHL, LOW);
      IntVector high = ones(x, from + i + LANES).lanewise(VectorOperators.LSHL, HIGH);
      int some = low.add(high).reduceLanes(VectorOperators.ADD);
      bits |= Integer.toUnsignedLong(some) << i;
    }
    return bits;
  }

  /** 1 where a value is not 0. */
  private static IntVector ones(float[] x, int from) {
    IntVector bits = FloatVector.fromArray(SPECIES, x, from).reinterpretAsInts();
    return bits.or(bits.neg()).lanewise(VectorOperators.LSHR, Integer.SIZE - 1);
  }

  /** Eight vectors of the sum stay in registers while all rows pass. */
  static void addRows(
      float[] factors, int[] rows, int count, float[] matrix, int width, float[] y, int to) {
    int d = 0;
    for (; d + EIGHT <= width; d += EIGHT) {
      addEight(factors, rows, count, matrix, width, d, y, to);
    }
    addRest(factors, rows, count, matrix, width, d, y, to);
  }

  /** The same for columns from {@code first} to the last, fewer than {@link #EIGHT}. */
  static void addRest(
      float[] factors,
      int[] rows,
      int count,
      float[] matrix,
      int width,
      int first,
      float[] y,
      int to) {
    int d = first;
    for (; d + LANES <= width; d += LANES) {
      FloatVector sum = FloatVector.fromArray(SPECIES, y, to + d);
      for (int i = 0; i < count; i++) {
        FloatVector factor = FloatVector.broadcast(SPECIES, factors[i]);
        sum = FloatVector.fromArray(SPECIES, matrix, rows[i] * width + d).fma(factor, sum);
      }
      sum.intoArray(y, to + d);
    }
    for (; d < width; d++) {
      float sum = y[to + d];
      for (int i = 0; i < count; i++) {
        sum += factors[i] * matrix[rows[i] * width + d];
      }
      y[to + d] = sum;
    }
  }

  /** The same for {@link #EIGHT} columns from {@code first}. */
  static void addEight(
      float[] factors,
      int[] rows,
      int count,
      float[] matrix,
      int width,
      int first,
      float[] y,
      int row) {
    int to = row + first;
    FloatVector sum0 = FloatVector.fromArray(SPECIES, y, to);
    FloatVector sum1 = FloatVector.fromArray(SPECIES, y, to + LANES);
    FloatVector sum2 = FloatVector.fromArray(SPECIES, y, to + 2 * LANES);
    FloatVector sum3 = FloatVector.fromArray(SPECIES, y, to + 3 * LANES);
    FloatVector sum4 = FloatVector.fromArray(SPECIES, y, to + 4 * LANES);
    FloatVector sum5 = FloatVector.fromArray(SPECIES, y, to + 5 * LANES);
    FloatVector sum6 = FloatVector.fromArray(SPECIES, y, to + 6 * LANES);
    FloatVector sum7 = FloatVector.fromArray(SPECIES, y, to + 7 * LANES);
    for (int i = 0; i < count; i++) {
      FloatVector factor = FloatVector.broadcast(SPECIES, factors[i]);
      int from = rows[i] * width + first;
      sum0 = FloatVector.fromArray(SPECIES, matrix, from).fma(factor, sum0);
      sum1 = FloatVector.fromArray(SPECIES, matrix, from + LANES).fma(factor, sum1);
      sum2 = FloatVector.fromArray(SPECIES, matrix, from + 2 * LANES).fma(factor, sum2);
      sum3 = FloatVector.fromArray(SPECIES, matrix, from + 3 * LANES).fma(factor, sum3);
      sum4 = FloatVector.fromArray(SPECIES, matrix, from + 4 * LANES).fma(factor, sum4);
      sum5 = FloatVector.fromArray(SPECIES, matrix, from + 5 * LANES).fma(factor, sum5);
      sum6 = FloatVector.fromArray(SPECIES, matrix, from + 6 * LANES).fma(factor, sum6);
      sum7 = FloatVector.fromArray(SPECIES, matrix, from + 7 * LANES).fma(factor, sum7);
    }
    sum0.intoArray(y, to);
    sum1.intoArray(y, to + LANES);
    sum2.intoArray(y, to + 2 * LANES);
    sum3.intoArray(y, to + 3 * LANES);
    sum4.intoArray(y, to + 4 * LANES);
    sum5.intoArray(y, to + 5 * LANES);
    sum6.intoArray(y, to + 6 * LANES);
    sum7.intoArray(y, to + 7 * LANES);
  }
}
