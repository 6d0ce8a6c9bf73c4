package io.sluice.tensor;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.Vector;
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

  /** The values of some unsigned bytes. */
  static void floats(byte[] bytes, int count, float[] values) {
    int bound = BYTES == null ? 0 : SPECIES.loopBound(count);
    for (int i = 0; i < bound; i += LANES) {
      Vector<Integer> signed =
          ByteVector.fromArray(BYTES, bytes, i)
              .convertShape(VectorOperators.B2I, VectorRows.INTEGERS, 0);
      ((FloatVector) ((IntVector) signed).and(0xff).convert(VectorOperators.I2F, 0))
          .intoArray(values, i);
    }
    FloatMath.floats(bytes, bound, count, values);
  }

  static void multiply(float[] x, byte[] matrix, int width, int[] rows, int[] sums) {
    if (BYTES == null) {
      FloatMath.multiplyByteRows(x, matrix, width, rows, sums);
      return;
    }
    int bound = SPECIES.loopBound(width);
    for (int i = 0; i < rows.length; i++) {
      sums[i] = 0;
      for (int k = bound; k < width; k++) {
        sums[i] += (int) x[k] * matrix[rows[i] * width + k];
      }
    }
    for (int from = 0; from < bound; from += EXACT) {
      int until = Math.min(bound, from + EXACT);
      int i = 0;
      for (; i + VectorRowProducts.GROUP <= rows.length; i += VectorRowProducts.GROUP) {
        addEight(x, from, until, matrix, width, rows, i, sums);
      }
      for (; i < rows.length; i++) {
        FloatVector some = FloatVector.zero(SPECIES);
        for (int k = from; k < until; k += LANES) {
          FloatVector values = FloatVector.fromArray(SPECIES, x, k);
          some = values.fma(weights(matrix, rows[i] * width + k), some);
        }
        sums[i] += sum(some);
      }
    }
  }

  private static void addEight(
      float[] x, int from, int until, byte[] matrix, int width, int[] rows, int i, int[] sums) {
    int at0 = rows[i + 0] * width;
    int at1 = rows[i + 1] * width;
    int at2 = rows[i + 2] * width;
    int at3 = rows[i + 3] * width;
    int at4 = rows[i + 4] * width;
    int at5 = rows[i + 5] * width;
    int at6 = rows[i + 6] * width;
    int at7 = rows[i + 7] * width;
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
    sums[i] += sum(sum0);
    sums[i + 1] += sum(sum1);
    sums[i + 2] += sum(sum2);
    sums[i + 3] += sum(sum3);
    sums[i + 4] += sum(sum4);
    sums[i + 5] += sum(sum5);
    sums[i + 6] += sum(sum6);
    sums[i + 7] += sum(sum7);
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
