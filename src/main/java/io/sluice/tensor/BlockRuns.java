package io.sluice.tensor;

/**
 * Runs blocks of neurons one after the other, each on the rows that chose it; neighbours that the
 * same rows chose run as one. Pure functions.
 */
public final class BlockRuns {
  private BlockRuns() {}

  /** See {@link NeuronMatrices#addBlocks}. */
  static void add(
      NeuronMatrices matrices,
      float[] x,
      int rows,
      int blocks,
      byte[] chosen,
      int[] members,
      float[] y) {
    int size = matrices.neurons() / blocks;
    int first = 0;
    while (first < blocks) {
      int count = members(chosen, rows, blocks, first, members);
      int end = end(chosen, rows, blocks, first);
      if (count > 0) {
        matrices.addOutputs(x, members, count, first * size, (end - first) * size, y);
      }
      first = end;
    }
  }

  /**
   * The rows that chose a block.
   *
   * @param chosen shape (rows, blocks): 1 where a row chose a block, else 0
   * @param members receives their numbers, ascending
   * @return how many there are
   */
  public static int members(byte[] chosen, int rows, int blocks, int block, int[] members) {
    int count = 0;
    for (int row = 0, at = block; row < rows; row++, at += blocks) {
      if (chosen[at] == 1) {
        members[count++] = row;
      }
    }
    return count;
  }

  /** The block after the last neighbour that the same rows chose. */
  static int end(byte[] chosen, int rows, int blocks, int first) {
    int end = first + 1;
    while (end < blocks && sameRows(chosen, rows, blocks, first, end)) {
      end++;
    }
    return end;
  }

  private static boolean sameRows(byte[] chosen, int rows, int blocks, int block, int other) {
    for (int row = 0, at = 0; row < rows; row++, at += blocks) {
      if (chosen[at + block] != chosen[at + other]) {
        return false;
      }
    }
    return true;
  }
}
