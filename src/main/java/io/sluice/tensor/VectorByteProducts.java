package io.sluice.tensor;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The same as {@link VectorRowProducts} with bytes. They are multiplied as floats: there is no
 * instruction for a product of bytes here, and a float holds the sum of some hundred exactly.
 */
final class VectorByteProducts {
  private static final VectorSpecies<Float> SPECIES = VectorRows.SPECIES;
  private static final int LANES = SPECIES.length();

  /** Bytes of a vector of values; a shape below the smallest has none. */
  private static final VectorSpecies<Byte> BYTES =
      LANES * Byte.SIZE < VectorShape.S_64_BIT.vectorBitSize()
          ? null
          : VectorSpecies.of(byte.class, VectorShape.forBitSize(LANES * Byte.SIZE));

  /** Products whose sum in a lane stays below 2²², so that it can be read as an integer. */
  private static final int EXACT = 128 * LANES;

  private static final int ROUNDING = Float.floatToRawIntBits(Quantisation.ROUNDING);

  private VectorByteProducts() {}

  static void multiply(float[] x, byte[] matrix, int width, int[] rows, int[] sums) {
    if (BYTES == null) {
      FloatMath.multiplyByteRows(x, matrix, width, rows, sums);
      return;
    }
    int count = rows.length;
    int i = 0;
    while (count >= VectorRowProducts.GROUP && i < count) { // the last groups may overlap
      int group = Math.min(i, count - VectorRowProducts.GROUP);
      eight(x, matrix, width, rows, group, sums);
      i += VectorRowProducts.GROUP;
    }
    for (; i < count; i++) {
      sums[i] = one(x, matrix, width, rows[i] * width);
    }
  }

  private static void eight(
      float[] x, byte[] matrix, int width, int[] rows, int first, int[] sums) {
    int bound = SPECIES.loopBound(width);
    int at0 = rows[first + 0] * width;
    int at1 = rows[first + 1] * width;
    int at2 = rows[first + 2] * width;
    int at3 = rows[first + 3] * width;
    int at4 = rows[first + 4] * width;
    int at5 = rows[first + 5] * width;
    int at6 = rows[first + 6] * width;
    int at7 = rows[first + 7] * width;
    int total0 = rest(x, matrix, at0, bound, width);
    int total1 = rest(x, matrix, at1, bound, width);
    int total2 = rest(x, matrix, at2, bound, width);
    int total3 = rest(x, matrix, at3, bound, width);
    int total4 = rest(x, matrix, at4, bound, width);
    int total5 = rest(x, matrix, at5, bound, width);
    int total6 = rest(x, matrix, at6, bound, width);
    int total7 = rest(x, matrix, at7, bound, width);
    for (int from = 0; from < bound; from += EXACT) {
      int until = Math.min(bound, from + EXACT);
      FloatVector sum0 = FloatVector.zero(SPECIES);
      FloatVector sum1 = FloatVector.zero(SPECIES);
      FloatVector sum2 = FloatVector.zero(SPECIES);
      FloatVector sum3 = FloatVector.zero(SPECIES);
      FloatVector sum4 = FloatVector.zero(SPECIES);
      FloatVector sum5 = FloatVector.zero(SPECIES);
      FloatVector sum6 = FloatVector.zero(SPECIES);
      FloatVector sum7 = FloatVector.zero(SPECIES);
      for (int k = from; k < until; k += LANES) {
        FloatVector some = FloatVector.fromArray(SPECIES, x, k);
        sum0 = some.fma(weights(matrix, at0 + k), sum0);
        sum1 = some.fma(weights(matrix, at1 + k), sum1);
        sum2 = some.fma(weights(matrix, at2 + k), sum2);
        sum3 = some.fma(weights(matrix, at3 + k), sum3);
        sum4 = some.fma(weights(matrix, at4 + k), sum4);
        sum5 = some.fma(weights(matrix, at5 + k), sum5);
        sum6 = some.fma(weights(matrix, at6 + k), sum6);
        sum7 = some.fma(weights(matrix, at7 + k), sum7);
      }
      total0 += sum(sum0);
      total1 += sum(sum1);
      total2 += sum(sum2);
      total3 += sum(sum3);
      total4 += sum(sum4);
      total5 += sum(sum5);
      total6 += sum(sum6);
      total7 += sum(sum7);
    }
    sums[first] = total0;
    sums[first + 1] = total1;
    sums[first + 2] = total2;
    sums[first + 3] = total3;
    sums[first + 4] = total4;
    sums[first + 5] = total5;
    sums[first + 6] = total6;
    sums[first + 7] = total7;
  }

  private static int one(float[] x, byte[] matrix, int width, int at) {
    int bound = SPECIES.loopBound(width);
    int total = rest(x, matrix, at, bound, width);
    for (int from = 0; from < bound; from += EXACT) {
      int until = Math.min(bound, from + EXACT);
      FloatVector sum = FloatVector.zero(SPECIES);
      for (int k = from; k < until; k += LANES) {
        sum = FloatVector.fromArray(SPECIES, x, k).fma(weights(matrix, at + k), sum);
      }
      total += sum(sum);
    }
    return total;
  }

  /** What lies behind the last whole vector. */
  private static int rest(float[] x, byte[] matrix, int at, int bound, int width) {
    int sum = 0;
    for (int k = bound; k < width; k++) {
      sum += (int) x[k] * matrix[at + k];
    }
    return sum;
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
