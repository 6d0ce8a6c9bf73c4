package io.sluice.tensor;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products of one row with some rows of a matrix, four at a time. Bytes are multiplied as floats:
 * there is no instruction for a byte's product here, and sums of so few are exact.
 */
final class VectorRowProducts {
  private static final VectorSpecies<Float> SPECIES = VectorRows.SPECIES;
  private static final int LANES = SPECIES.length();

  /** Bytes of a vector of values; a shape below the smallest has none. */
  private static final VectorSpecies<Byte> BYTES =
      LANES * Byte.SIZE < VectorShape.S_64_BIT.vectorBitSize()
          ? null
          : VectorSpecies.of(byte.class, VectorShape.forBitSize(LANES * Byte.SIZE));

  /**
   * Products of bytes whose sum in a lane stays below 2²², so that it can be read as an integer.
   */
  private static final int EXACT = 128 * LANES;

  private static final int ROUNDING = Float.floatToRawIntBits(Quantisation.ROUNDING);

  private VectorRowProducts() {}

  static void multiply(
      float[] x, int from, float[] matrix, int width, int[] rows, float[] y, int to) {
    int bound = SPECIES.loopBound(width);
    int i = 0;
    for (; i + 4 <= rows.length; i += 4) {
      int a = rows[i] * width;
      int b = rows[i + 1] * width;
      int c = rows[i + 2] * width;
      int d = rows[i + 3] * width;
      FloatVector first = FloatVector.zero(SPECIES);
      FloatVector second = FloatVector.zero(SPECIES);
      FloatVector third = FloatVector.zero(SPECIES);
      FloatVector fourth = FloatVector.zero(SPECIES);
      for (int k = 0; k < bound; k += LANES) {
        FloatVector some = FloatVector.fromArray(SPECIES, x, from + k);
        first = some.fma(FloatVector.fromArray(SPECIES, matrix, a + k), first);
        second = some.fma(FloatVector.fromArray(SPECIES, matrix, b + k), second);
        third = some.fma(FloatVector.fromArray(SPECIES, matrix, c + k), third);
        fourth = some.fma(FloatVector.fromArray(SPECIES, matrix, d + k), fourth);
      }
      y[to + i] = rest(first, x, from, matrix, a, bound, width);
      y[to + i + 1] = rest(second, x, from, matrix, b, bound, width);
      y[to + i + 2] = rest(third, x, from, matrix, c, bound, width);
      y[to + i + 3] = rest(fourth, x, from, matrix, d, bound, width);
    }
    for (; i < rows.length; i++) {
      int a = rows[i] * width;
      FloatVector sums = FloatVector.zero(SPECIES);
      for (int k = 0; k < bound; k += LANES) {
        sums =
            FloatVector.fromArray(SPECIES, x, from + k)
                .fma(FloatVector.fromArray(SPECIES, matrix, a + k), sums);
      }
      y[to + i] = rest(sums, x, from, matrix, a, bound, width);
    }
  }

  private static float rest(
      FloatVector sums, float[] x, int from, float[] matrix, int at, int bound, int width) {
    float sum = sums.reduceLanes(VectorOperators.ADD);
    for (int k = bound; k < width; k++) {
      sum += x[from + k] * matrix[at + k];
    }
    return sum;
  }

  /** The values of some unsigned bytes. */
  static void floats(byte[] bytes, int count, float[] values) {
    int bound = BYTES == null ? 0 : SPECIES.loopBound(count);
    for (int i = 0; i < bound; i += LANES) {
      Vector<Integer> signed =
          ByteVector.fromArray(BYTES, bytes, i)
              .convertShape(VectorOperators.B2I, VectorRows.INTEGERS, 0);
      ((FloatVector) ((IntVector) signed).and(Quantisation.STEPS).convert(VectorOperators.I2F, 0))
          .intoArray(values, i);
    }
    FloatMath.floats(bytes, bound, count, values);
  }

  static void multiplyByteRows(float[] x, byte[] matrix, int width, int[] rows, int[] sums) {
    if (BYTES == null) {
      FloatMath.multiplyByteRows(x, matrix, width, rows, sums);
      return;
    }
    int i = 0;
    for (; i + 4 <= rows.length; i += 4) {
      four(x, matrix, width, rows, i, sums);
    }
    for (; i < rows.length; i++) {
      one(x, matrix, width, rows[i] * width, sums, i);
    }
  }

  private static void four(float[] x, byte[] matrix, int width, int[] rows, int i, int[] sums) {
    int bound = SPECIES.loopBound(width);
    int a = rows[i] * width;
    int b = rows[i + 1] * width;
    int c = rows[i + 2] * width;
    int d = rows[i + 3] * width;
    int sumA = 0;
    int sumB = 0;
    int sumC = 0;
    int sumD = 0;
    for (int from = 0; from < bound; from += EXACT) {
      FloatVector first = FloatVector.zero(SPECIES);
      FloatVector second = FloatVector.zero(SPECIES);
      FloatVector third = FloatVector.zero(SPECIES);
      FloatVector fourth = FloatVector.zero(SPECIES);
      for (int k = from, until = Math.min(bound, from + EXACT); k < until; k += LANES) {
        FloatVector some = FloatVector.fromArray(SPECIES, x, k);
        first = some.fma(weights(matrix, a + k), first);
        second = some.fma(weights(matrix, b + k), second);
        third = some.fma(weights(matrix, c + k), third);
        fourth = some.fma(weights(matrix, d + k), fourth);
      }
      sumA += sum(first);
      sumB += sum(second);
      sumC += sum(third);
      sumD += sum(fourth);
    }
    for (int k = bound; k < width; k++) {
      sumA += (int) x[k] * matrix[a + k];
      sumB += (int) x[k] * matrix[b + k];
      sumC += (int) x[k] * matrix[c + k];
      sumD += (int) x[k] * matrix[d + k];
    }
    sums[i] = sumA;
    sums[i + 1] = sumB;
    sums[i + 2] = sumC;
    sums[i + 3] = sumD;
  }

  private static void one(float[] x, byte[] matrix, int width, int at, int[] sums, int i) {
    int bound = SPECIES.loopBound(width);
    int sum = 0;
    for (int from = 0; from < bound; from += EXACT) {
      FloatVector some = FloatVector.zero(SPECIES);
      for (int k = from, until = Math.min(bound, from + EXACT); k < until; k += LANES) {
        some = FloatVector.fromArray(SPECIES, x, k).fma(weights(matrix, at + k), some);
      }
      sum += sum(some);
    }
    for (int k = bound; k < width; k++) {
      sum += (int) x[k] * matrix[at + k];
    }
    sums[i] = sum;
  }

  private static FloatVector weights(byte[] matrix, int at) {
    return (FloatVector)
        ByteVector.fromArray(BYTES, matrix, at).convertShape(VectorOperators.B2F, SPECIES, 0);
  }

  /** Sum of lanes that hold integers below 2²². */
  private static int sum(FloatVector lanes) {
    return lanes.add(Quantisation.ROUNDING).reinterpretAsInts().reduceLanes(VectorOperators.ADD)
        - LANES * ROUNDING;
  }
}
