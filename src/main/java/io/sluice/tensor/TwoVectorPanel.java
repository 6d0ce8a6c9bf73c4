package io.sluice.tensor;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products of rows with a panel of neurons that is two vectors wide: six rows at once keep 12 sums
 * in registers, of which AVX2 has 16. A row's sums run over the input in order, whatever rows are
 * beside it.
 */
final class TwoVectorPanel {
  private static final VectorSpecies<Float> SPECIES = VectorRows.SPECIES;
  private static final int LANES = SPECIES.length();

  /** Values of a row that are computed at once. */
  static final int WIDTH = 2 * LANES;

  private TwoVectorPanel() {}

  /**
   * Computes {@code out = max(0, x Wᵀ + b)}.
   *
   * @param x holds the rows
   * @param at where each row begins, from {@code first}; what lies behind the last row, up to a
   *     multiple of six, is a row again
   * @param rows number of rows
   * @param weights transposed: {@code depth} times {@link #WIDTH} values from {@code from}, {@link
   *     NeuronPanels#WIDTH} apart
   * @param bias holds {@link #WIDTH} values from {@code biasFrom}
   * @param out receives row after row, {@link #WIDTH} values each; of rows behind the last too
   */
  static void multiply(
      float[] x,
      int[] at,
      int rows,
      int depth,
      float[] weights,
      int from,
      float[] bias,
      int biasFrom,
      float[] out) {
    int row = 0;
    for (; rows - row > 4; row += 6) {
      six(x, at, row, depth, weights, from, bias, biasFrom, out);
    }
    for (; rows - row > 1; row += 3) {
      three(x, at, row, depth, weights, from, bias, biasFrom, out);
    }
    if (row < rows) {
      one(x, at[row], depth, weights, from, bias, biasFrom, out, row * WIDTH);
    }
  }

  private static void six(
      float[] x,
      int[] at,
      int row,
      int depth,
      float[] weights,
      int from,
      float[] bias,
      int biasFrom,
      float[] out) {
    int x0 = at[row];
    int x1 = at[row + 1];
    int x2 = at[row + 2];
    int x3 = at[row + 3];
    int x4 = at[row + 4];
    int x5 = at[row + 5];
    FloatVector sum00 = FloatVector.fromArray(SPECIES, bias, biasFrom);
    FloatVector sum01 = FloatVector.fromArray(SPECIES, bias, biasFrom + LANES);
    FloatVector sum10 = sum00;
    FloatVector sum11 = sum01;
    FloatVector sum20 = sum00;
    FloatVector sum21 = sum01;
    FloatVector sum30 = sum00;
    FloatVector sum31 = sum01;
    FloatVector sum40 = sum00;
    FloatVector sum41 = sum01;
    FloatVector sum50 = sum00;
    FloatVector sum51 = sum01;
    for (int d = 0, w = from; d < depth; d++, w += NeuronPanels.WIDTH) {
      FloatVector weight0 = FloatVector.fromArray(SPECIES, weights, w);
      FloatVector weight1 = FloatVector.fromArray(SPECIES, weights, w + LANES);
      FloatVector factor0 = FloatVector.broadcast(SPECIES, x[x0 + d]);
      sum00 = weight0.fma(factor0, sum00);
      sum01 = weight1.fma(factor0, sum01);
      FloatVector factor1 = FloatVector.broadcast(SPECIES, x[x1 + d]);
      sum10 = weight0.fma(factor1, sum10);
      sum11 = weight1.fma(factor1, sum11);
      FloatVector factor2 = FloatVector.broadcast(SPECIES, x[x2 + d]);
      sum20 = weight0.fma(factor2, sum20);
      sum21 = weight1.fma(factor2, sum21);
      FloatVector factor3 = FloatVector.broadcast(SPECIES, x[x3 + d]);
      sum30 = weight0.fma(factor3, sum30);
      sum31 = weight1.fma(factor3, sum31);
      FloatVector factor4 = FloatVector.broadcast(SPECIES, x[x4 + d]);
      sum40 = weight0.fma(factor4, sum40);
      sum41 = weight1.fma(factor4, sum41);
      FloatVector factor5 = FloatVector.broadcast(SPECIES, x[x5 + d]);
      sum50 = weight0.fma(factor5, sum50);
      sum51 = weight1.fma(factor5, sum51);
    }
    sum00.max(0f).intoArray(out, row * WIDTH);
    sum01.max(0f).intoArray(out, row * WIDTH + LANES);
    sum10.max(0f).intoArray(out, (row + 1) * WIDTH);
    sum11.max(0f).intoArray(out, (row + 1) * WIDTH + LANES);
    sum20.max(0f).intoArray(out, (row + 2) * WIDTH);
    sum21.max(0f).intoArray(out, (row + 2) * WIDTH + LANES);
    sum30.max(0f).intoArray(out, (row + 3) * WIDTH);
    sum31.max(0f).intoArray(out, (row + 3) * WIDTH + LANES);
    sum40.max(0f).intoArray(out, (row + 4) * WIDTH);
    sum41.max(0f).intoArray(out, (row + 4) * WIDTH + LANES);
    sum50.max(0f).intoArray(out, (row + 5) * WIDTH);
    sum51.max(0f).intoArray(out, (row + 5) * WIDTH + LANES);
  }

  private static void three(
      float[] x,
      int[] at,
      int row,
      int depth,
      float[] weights,
      int from,
      float[] bias,
      int biasFrom,
      float[] out) {
    int x0 = at[row];
    int x1 = at[row + 1];
    int x2 = at[row + 2];
    FloatVector sum00 = FloatVector.fromArray(SPECIES, bias, biasFrom);
    FloatVector sum01 = FloatVector.fromArray(SPECIES, bias, biasFrom + LANES);
    FloatVector sum10 = sum00;
    FloatVector sum11 = sum01;
    FloatVector sum20 = sum00;
    FloatVector sum21 = sum01;
    for (int d = 0, w = from; d < depth; d++, w += NeuronPanels.WIDTH) {
      FloatVector weight0 = FloatVector.fromArray(SPECIES, weights, w);
      FloatVector weight1 = FloatVector.fromArray(SPECIES, weights, w + LANES);
      FloatVector factor0 = FloatVector.broadcast(SPECIES, x[x0 + d]);
      sum00 = weight0.fma(factor0, sum00);
      sum01 = weight1.fma(factor0, sum01);
      FloatVector factor1 = FloatVector.broadcast(SPECIES, x[x1 + d]);
      sum10 = weight0.fma(factor1, sum10);
      sum11 = weight1.fma(factor1, sum11);
      FloatVector factor2 = FloatVector.broadcast(SPECIES, x[x2 + d]);
      sum20 = weight0.fma(factor2, sum20);
      sum21 = weight1.fma(factor2, sum21);
    }
    sum00.max(0f).intoArray(out, row * WIDTH);
    sum01.max(0f).intoArray(out, row * WIDTH + LANES);
    sum10.max(0f).intoArray(out, (row + 1) * WIDTH);
    sum11.max(0f).intoArray(out, (row + 1) * WIDTH + LANES);
    sum20.max(0f).intoArray(out, (row + 2) * WIDTH);
    sum21.max(0f).intoArray(out, (row + 2) * WIDTH + LANES);
  }

  private static void one(
      float[] x,
      int x0,
      int depth,
      float[] weights,
      int from,
      float[] bias,
      int biasFrom,
      float[] out,
      int to) {
    FloatVector sum0 = FloatVector.fromArray(SPECIES, bias, biasFrom);
    FloatVector sum1 = FloatVector.fromArray(SPECIES, bias, biasFrom + LANES);
    for (int d = 0, w = from; d < depth; d++, w += NeuronPanels.WIDTH) {
      FloatVector factor = FloatVector.broadcast(SPECIES, x[x0 + d]);
      sum0 = FloatVector.fromArray(SPECIES, weights, w).fma(factor, sum0);
      sum1 = FloatVector.fromArray(SPECIES, weights, w + LANES).fma(factor, sum1);
    }
    sum0.max(0f).intoArray(out, to);
    sum1.max(0f).intoArray(out, to + LANES);
  }
}
