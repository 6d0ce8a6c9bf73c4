package io.sluice.tensor.dnnl;

import io.sluice.tensor.BlockRuns;

/**
 * Blocks of neurons one after the other, each on the rows that chose it; rows are prepared once for
 * all of them.
 *
 * @param arithmetic of the products
 * @param size neurons of a block
 * @param width D
 */
record GroupedBlocks(NeuronArithmetic arithmetic, int size, int width) {

  /** Gives the matrices of a range of neurons. */
  @FunctionalInterface
  interface Ranges {
    NeuronPair of(int first, int count);
  }

  /** What it costs, in multiply-adds. */
  double cost(int rows, int blocks, byte[] chosen) {
    double cost = 0;
    for (int block = 0; block < blocks; block++) {
      int count = 0;
      for (int row = 0, at = block; row < rows; row++, at += blocks) {
        count += chosen[at];
      }
      if (count > 0) {
        double each = (double) width * (2 * size + arithmetic.memberCost());
        cost += arithmetic.groupCost() + count * each;
      }
    }
    return cost;
  }

  /** Adds what the chosen blocks write. */
  void add(
      Scratch scratch,
      Ranges ranges,
      float[] x,
      int rows,
      int blocks,
      byte[] chosen,
      int[] members,
      float[] y) {
    arithmetic.beginGroups(scratch, x, rows);
    for (int block = 0; block < blocks; block++) {
      int count = BlockRuns.members(chosen, rows, blocks, block, members);
      NeuronPair pair = count == 0 ? null : ranges.of(block * size, size);
      for (int from = 0; from < count; from += RowBuckets.LARGEST) {
        int some = Math.min(RowBuckets.LARGEST, count - from);
        arithmetic.gather(scratch, x, members, from, some);
        pair.activate().run(scratch, some);
        pair.write().run(scratch, some);
        arithmetic.collect(scratch, members, from, some, y);
      }
    }
    arithmetic.endGroups(scratch, rows, y);
  }
}
