package io.sluice.tensor;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products of rows with a panel of neurons that is four vectors wide: six rows at once keep 24 sums
 * in registers, of which AVX-512 has 32. A row's sums run over the input in order, whatever rows
 * are beside it.
 */
final class FourVectorPanel {
  private static final VectorSpecies<Float> SPECIES = VectorRows.SPECIES;
  private static final int LANES = SPECIES.length();

  /** Values of a row that are computed at once. */
  static final int WIDTH = 4 * LANES;

  private FourVectorPanel() {}

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
    FloatVector sum02 = FloatVector.fromArray(SPECIES, bias, biasFrom + 2 * LANES);
    FloatVector sum03 = FloatVector.fromArray(SPECIES, bias, biasFrom + 3 * LANES);
    FloatVector sum10 = sum00;
    FloatVector sum11 = sum01;
    FloatVector sum12 = sum02;
    FloatVector sum13 = sum03;
    FloatVector sum20 = sum00;
    FloatVector sum21 = sum01;
    FloatVector sum22 = sum02;
    FloatVector sum23 = sum03;
    FloatVector sum30 = sum00;
    FloatVector sum31 = sum01;
    FloatVector sum32 = sum02;
    FloatVector sum33 = sum03;
    FloatVector sum40 = sum00;
    FloatVector sum41 = sum01;
    FloatVector sum42 = sum02;
    FloatVector sum43 = sum03;
    FloatVector sum50 = sum00;
    FloatVector sum51 = sum01;
    FloatVector sum52 = sum02;
    FloatVector sum53 = sum03;
    for (int d = 0, w = from; d < depth; d++, w += NeuronPanels.WIDTH) {
      FloatVector weight0 = FloatVector.fromArray(SPECIES, weights, w);
      FloatVector weight1 = FloatVector.fromArray(SPECIES, weights, w + LANES);
      FloatVector weight2 = FloatVector.fromArray(SPECIES, weights, w + 2 * LANES);
      FloatVector weight3 = FloatVector.fromArray(SPECIES, weights, w + 3 * LANES);
      FloatVector factor0 = FloatVector.broadcast(SPECIES, x[x0 + d]);
      sum00 = weight0.fma(factor0, sum00);
      sum01 = weight1.fma(factor0, sum01);
      sum02 = weight2.fma(factor0, sum02);
      sum03 = weight3.fma(factor0, sum03);
      FloatVector factor1 = FloatVector.broadcast(SPECIES, x[x1 + d]);
      sum10 = weight0.fma(factor1, sum10);
      sum11 = weight1.fma(factor1, sum11);
      sum12 = weight2.fma(factor1, sum12);
      sum13 = weight3.fma(factor1, sum13);
      FloatVector factor2 = FloatVector.broadcast(SPECIES, x[x2 + d]);
      sum20 = weight0.fma(factor2, sum20);
      sum21 = weight1.fma(factor2, sum21);
      sum22 = weight2.fma(factor2, sum22);
      sum23 = weight3.fma(factor2, sum23);
      FloatVector factor3 = FloatVector.broadcast(SPECIES, x[x3 + d]);
      sum30 = weight0.fma(factor3, sum30);
      sum31 = weight1.fma(factor3, sum31);
      sum32 = weight2.fma(factor3, sum32);
      sum33 = weight3.fma(factor3, sum33);
      FloatVector factor4 = FloatVector.broadcast(SPECIES, x[x4 + d]);
      sum40 = weight0.fma(factor4, sum40);
      sum41 = weight1.fma(factor4, sum41);
      sum42 = weight2.fma(factor4, sum42);
      sum43 = weight3.fma(factor4, sum43);
      FloatVector factor5 = FloatVector.broadcast(SPECIES, x[x5 + d]);
      sum50 = weight0.fma(factor5, sum50);
      sum51 = weight1.fma(factor5, sum51);
      sum52 = weight2.fma(factor5, sum52);
      sum53 = weight3.fma(factor5, sum53);
    }
    sum00.max(0f).intoArray(out, row * WIDTH);
    sum01.max(0f).intoArray(out, row * WIDTH + LANES);
    sum02.max(0f).intoArray(out, row * WIDTH + 2 * LANES);
    sum03.max(0f).intoArray(out, row * WIDTH + 3 * LANES);
    sum10.max(0f).intoArray(out, (row + 1) * WIDTH);
    sum11.max(0f).intoArray(out, (row + 1) * WIDTH + LANES);
    sum12.max(0f).intoArray(out, (row + 1) * WIDTH + 2 * LANES);
    sum13.max(0f).intoArray(out, (row + 1) * WIDTH + 3 * LANES);
    sum20.max(0f).intoArray(out, (row + 2) * WIDTH);
    sum21.max(0f).intoArray(out, (row + 2) * WIDTH + LANES);
    sum22.max(0f).intoArray(out, (row + 2) * WIDTH + 2 * LANES);
    sum23.max(0f).intoArray(out, (row + 2) * WIDTH + 3 * LANES);
    sum30.max(0f).intoArray(out, (row + 3) * WIDTH);
    sum31.max(0f).intoArray(out, (row + 3) * WIDTH + LANES);
    sum32.max(0f).intoArray(out, (row + 3) * WIDTH + 2 * LANES);
    sum33.max(0f).intoArray(out, (row + 3) * WIDTH + 3 * LANES);
    sum40.max(0f).intoArray(out, (row + 4) * WIDTH);
    sum41.max(0f).intoArray(out, (row + 4) * WIDTH + LANES);
    sum42.max(0f).intoArray(out, (row + 4) * WIDTH + 2 * LANES);
    sum43.max(0f).intoArray(out, (row + 4) * WIDTH + 3 * LANES);
    sum50.max(0f).intoArray(out, (row + 5) * WIDTH);
    sum51.max(0f).intoArray(out, (row + 5) * WIDTH + LANES);
    sum52.max(0f).intoArray(out, (row + 5) * WIDTH + 2 * LANES);
    sum53.max(0f).intoArray(out, (row + 5) * WIDTH + 3 * LANES);
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
    FloatVector sum02 = FloatVector.fromArray(SPECIES, bias, biasFrom + 2 * LANES);
    FloatVector sum03 = FloatVector.fromArray(SPECIES, bias, biasFrom + 3 * LANES);
    FloatVector sum10 = sum00;
    FloatVector sum11 = sum01;
    FloatVector sum12 = sum02;
    FloatVector sum13 = sum03;
    FloatVector sum20 = sum00;
    FloatVector sum21 = sum01;
    FloatVector sum22 = sum02;
    FloatVector sum23 = sum03;
    for (int d = 0, w = from; d < depth; d++, w += NeuronPanels.WIDTH) {
      FloatVector weight0 = FloatVector.fromArray(SPECIES, weights, w);
      FloatVector weight1 = FloatVector.fromArray(SPECIES, weights, w + LANES);
      FloatVector weight2 = FloatVector.fromArray(SPECIES, weights, w + 2 * LANES);
      FloatVector weight3 = FloatVector.fromArray(SPECIES, weights, w + 3 * LANES);
      FloatVector factor0 = FloatVector.broadcast(SPECIES, x[x0 + d]);
      sum00 = weight0.fma(factor0, sum00);
      sum01 = weight1.fma(factor0, sum01);
      sum02 = weight2.fma(factor0, sum02);
      sum03 = weight3.fma(factor0, sum03);
      FloatVector factor1 = FloatVector.broadcast(SPECIES, x[x1 + d]);
      sum10 = weight0.fma(factor1, sum10);
      sum11 = weight1.fma(factor1, sum11);
      sum12 = weight2.fma(factor1, sum12);
      sum13 = weight3.fma(factor1, sum13);
      FloatVector factor2 = FloatVector.broadcast(SPECIES, x[x2 + d]);
      sum20 = weight0.fma(factor2, sum20);
      sum21 = weight1.fma(factor2, sum21);
      sum22 = weight2.fma(factor2, sum22);
      sum23 = weight3.fma(factor2, sum23);
    }
    sum00.max(0f).intoArray(out, row * WIDTH);
    sum01.max(0f).intoArray(out, row * WIDTH + LANES);
    sum02.max(0f).intoArray(out, row * WIDTH + 2 * LANES);
    sum03.max(0f).intoArray(out, row * WIDTH + 3 * LANES);
    sum10.max(0f).intoArray(out, (row + 1) * WIDTH);
    sum11.max(0f).intoArray(out, (row + 1) * WIDTH + LANES);
    sum12.max(0f).intoArray(out, (row + 1) * WIDTH + 2 * LANES);
    sum13.max(0f).intoArray(out, (row + 1) * WIDTH + 3 * LANES);
    sum20.max(0f).intoArray(out, (row + 2) * WIDTH);
    sum21.max(0f).intoArray(out, (row + 2) * WIDTH + LANES);
    sum22.max(0f).intoArray(out, (row + 2) * WIDTH + 2 * LANES);
    sum23.max(0f).intoArray(out, (row + 2) * WIDTH + 3 * LANES);
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
    FloatVector sum2 = FloatVector.fromArray(SPECIES, bias, biasFrom + 2 * LANES);
    FloatVector sum3 = FloatVector.fromArray(SPECIES, bias, biasFrom + 3 * LANES);
    for (int d = 0, w = from; d < depth; d++, w += NeuronPanels.WIDTH) {
      FloatVector factor = FloatVector.broadcast(SPECIES, x[x0 + d]);
      sum0 = FloatVector.fromArray(SPECIES, weights, w).fma(factor, sum0);
      sum1 = FloatVector.fromArray(SPECIES, weights, w + LANES).fma(factor, sum1);
      sum2 = FloatVector.fromArray(SPECIES, weights, w + 2 * LANES).fma(factor, sum2);
      sum3 = FloatVector.fromArray(SPECIES, weights, w + 3 * LANES).fma(factor, sum3);
    }
    sum0.max(0f).intoArray(out, to);
    sum1.max(0f).intoArray(out, to + LANES);
    sum2.max(0f).intoArray(out, to + 2 * LANES);
    sum3.max(0f).intoArray(out, to + 3 * LANES);
  }
}
