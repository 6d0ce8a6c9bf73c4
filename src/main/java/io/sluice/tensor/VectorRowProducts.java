package io.sluice.tensor;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products of one row with some rows of a matrix, eight at a time, which come from memory side by
 * side.
 */
final class VectorRowProducts {
  private static final VectorSpecies<Float> SPECIES = VectorRows.SPECIES;
  private static final int LANES = SPECIES.length();

  /** Rows that are read side by side. */
  static final int GROUP = 8;

  private VectorRowProducts() {}

  static void multiply(
      float[] x, int from, float[] matrix, int width, int[] rows, float[] y, int to) {
    int i = 0;
    while (rows.length >= GROUP && i < rows.length) { // the last groups may overlap
      eight(x, from, matrix, width, rows, Math.min(i, rows.length - GROUP), y, to);
      i += GROUP;
    }
    for (; i < rows.length; i++) {
      int at = rows[i] * width;
      int bound = SPECIES.loopBound(width);
      FloatVector sums = FloatVector.zero(SPECIES);
      for (int k = 0; k < bound; k += LANES) {
        sums =
            FloatVector.fromArray(SPECIES, x, from + k)
                .fma(FloatVector.fromArray(SPECIES, matrix, at + k), sums);
      }
      y[to + i] = rest(sums, x, from, matrix, at, bound, width);
    }
  }

  private static void eight(
      float[] x, int from, float[] matrix, int width, int[] rows, int i, float[] y, int to) {
    int bound = SPECIES.loopBound(width);
    int at0 = rows[i] * width;
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
    for (int k = 0; k < bound; k += LANES) {
      FloatVector some = FloatVector.fromArray(SPECIES, x, from + k);
      sum0 = some.fma(FloatVector.fromArray(SPECIES, matrix, at0 + k), sum0);
      sum1 = some.fma(FloatVector.fromArray(SPECIES, matrix, at1 + k), sum1);
      sum2 = some.fma(FloatVector.fromArray(SPECIES, matrix, at2 + k), sum2);
      sum3 = some.fma(FloatVector.fromArray(SPECIES, matrix, at3 + k), sum3);
      sum4 = some.fma(FloatVector.fromArray(SPECIES, matrix, at4 + k), sum4);
      sum5 = some.fma(FloatVector.fromArray(SPECIES, matrix, at5 + k), sum5);
      sum6 = some.fma(FloatVector.fromArray(SPECIES, matrix, at6 + k), sum6);
      sum7 = some.fma(FloatVector.fromArray(SPECIES, matrix, at7 + k), sum7);
    }
    int first = to + i;
    y[first] = rest(sum0, x, from, matrix, at0, bound, width);
    y[first + 1] = rest(sum1, x, from, matrix, at1, bound, width);
    y[first + 2] = rest(sum2, x, from, matrix, at2, bound, width);
    y[first + 3] = rest(sum3, x, from, matrix, at3, bound, width);
    y[first + 4] = rest(sum4, x, from, matrix, at4, bound, width);
    y[first + 5] = rest(sum5, x, from, matrix, at5, bound, width);
    y[first + 6] = rest(sum6, x, from, matrix, at6, bound, width);
    y[first + 7] = rest(sum7, x, from, matrix, at7, bound, width);
  }

  private static float rest(
      FloatVector sums, float[] x, int from, float[] matrix, int at, int bound, int width) {
    float sum = sums.reduceLanes(VectorOperators.ADD);
    for (int k = bound; k < width; k++) {
      sum += x[from + k] * matrix[at + k];
    }
    return sum;
  }
}
