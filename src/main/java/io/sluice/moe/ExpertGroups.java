package io.sluice.moe;

import io.sluice.nn.Workspace;
import io.sluice.tensor.NeuronMatrices;

/**
 * Runs experts one after the other, each on the rows that chose it, so that its weights are read
 * once for all of them; neighbouring experts that the same rows chose run as one. Immutable and
 * thread-safe.
 */
final class ExpertGroups {
  private final NeuronMatrices matrices;
  private final int experts;
  private final int size;

  ExpertGroups(NeuronMatrices matrices, int experts) {
    this.matrices = matrices;
    this.experts = experts;
    this.size = matrices.neurons() / experts;
  }

  /**
   * Adds the outputs of the chosen experts, in the order of their numbers.
   *
   * @param x shape (rows, D)
   * @param chosen shape (rows, N): 1 where a row runs an expert, else 0
   * @param y shape (rows, D), added to
   */
  void accumulate(float[] x, int rows, byte[] chosen, Workspace workspace, float[] y) {
    int[] members = workspace.members(rows);
    int first = 0;
    while (first < experts) {
      int count = 0;
      for (int row = 0; row < rows; row++) {
        if (chosen[row * experts + first] == 1) {
          members[count++] = row;
        }
      }
      int end = first + 1;
      while (end < experts && sameRows(chosen, rows, first, end)) {
        end++;
      }
      if (count > 0) {
        matrices.addOutputs(x, members, count, first * size, (end - first) * size, y);
      }
      first = end;
    }
  }

  private boolean sameRows(byte[] chosen, int rows, int expert, int other) {
    for (int row = 0, at = 0; row < rows; row++, at += experts) {
      if (chosen[at + expert] != chosen[at + other]) {
        return false;
      }
    }
    return true;
  }
}
