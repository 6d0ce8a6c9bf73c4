package io.sluice.tensor;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The same as {@link VectorRowProducts} with bytes. They are multiplied as floats: there is no
 * instruction for a product of bytes here, and a float holds the sum of some hundred exactly.
 */
final class VectorByteProducts {
  private static final VectorSpecies<Float> SPECIES = VectorRows.SPECIES;
  private static final int LANES = SPECIES.length();
  private static final VectorSpecies<Byte> BYTES = VectorQuantisation.BYTES; // null: none so short

  /** Products of bytes whose sum stays below 2²⁴, where float32 is exact: 512 · 255 · 128. */
  private static final int EXACT = 512;

  private VectorByteProducts() {}

  static void multiply(float[] x, byte[] matrix, int width, int[] rows, int[] sums) {
    if (BYTES == null) {
      FloatMath.multiplyByteRows(x, matrix, width, rows, sums);
      return;
    }
    int bound = SPECIES.loopBound(width);
    for (int i = 0; i < rows.length; i++) { // what lies behind the last whole vector
      int sum = 0;
      for (int k = bound; k < width; k++) {
        sum += (int) x[k] * matrix[rows[i] * width + k];
      }
      sums[i] = sum;
    }
    for (int from = 0; from < bound; from += EXACT) {
      int until = Math.min(bound, from + EXACT);
      for (int i = 0; i < rows.length; i += VectorRowProducts.GROUP) {
        addEight(x, from, until, matrix, width, rows, i, sums);
      }
    }
  }

  /** Adds the products of eight rows from {@code i} on; where there are fewer, the last again. */
  private static void addEight(
      float[] x, int from, int until, byte[] matrix, int width, int[] rows, int i, int[] sums) {
    int last = rows.length - 1;
    int at0 = rows[i] * width;
    int at1 = rows[Math.min(i + 1, last)] * width;
    int at2 = rows[Math.min(i + 2, last)] * width;
    int at3 = rows[Math.min(i + 3, last)] * width;
    int at4 = rows[Math.min(i + 4, last)] * width;
    int at5 = rows[Math.min(i + 5, last)] * width;
    int at6 = rows[Math.min(i + 6, last)] * width;
    int at7 = rows[Math.min(i + 7, last)] * width;
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
    sums[i] += (int) sum0.reduceLanes(VectorOperators.ADD);
    add(sum1.reduceLanes(VectorOperators.ADD), i + 1, sums, last);
    add(sum2.reduceLanes(VectorOperators.ADD), i + 2, sums, last);
    add(sum3.reduceLanes(VectorOperators.ADD), i + 3, sums, last);
    add(sum4.reduceLanes(VectorOperators.ADD), i + 4, sums, last);
    add(sum5.reduceLanes(VectorOperators.ADD), i + 5, sums, last);
    add(sum6.reduceLanes(VectorOperators.ADD), i + 6, sums, last);
    add(sum7.reduceLanes(VectorOperators.ADD), i + 7, sums, last);
  }

  private static void add(float sum, int i, int[] sums, int last) {
    if (i <= last) {
      sums[i] += (int) sum;
    }
  }

  private static FloatVector weights(byte[] matrix, int at) {
    return (FloatVector)
        ByteVector.fromArray(BYTES, matrix, at).convertShape(VectorOperators.B2F, SPECIES, 0);
  }
}
