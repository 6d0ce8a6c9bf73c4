package io.sluice.moe;

/**
 * The share of what a layer's experts add that is left out when some of them do not run, 0 to 1.
 * Pure functions.
 */
final class DroppedMass {
  private DroppedMass() {}

  /**
   * Of one row, as its router sees it: a router predicts square roots of contributions.
   *
   * @param scores holds N scores from {@code from}
   * @param chosen holds N marks from {@code at}: 1 for an expert that runs, else 0
   */
  static float ofRow(float[] scores, int from, int experts, byte[] chosen, int at) {
    float all = 0;
    float dropped = 0;
    for (int expert = 0; expert < experts; expert++) {
      float root = Math.max(0, scores[from + expert]);
      all += root * root;
      dropped += chosen[at + expert] == 0 ? root * root : 0;
    }
    return all > 0 ? dropped / all : 0;
  }

  /**
   * Of rows that run the first k experts of an order, by k.
   *
   * @param means activation of each neuron, shape (F), expert after expert
   * @param order the N experts, first to last
   * @param size neurons of an expert
   * @return shape (N + 1)
   */
  static float[] ofPrefixes(float[] means, int[] order, int size) {
    double[] dropped = new double[order.length + 1];
    for (int k = order.length - 1; k >= 0; k--) {
      double mass = 0;
      for (int neuron = order[k] * size; neuron < (order[k] + 1) * size; neuron++) {
        mass += Math.max(0, means[neuron]);
      }
      dropped[k] = dropped[k + 1] + mass;
    }
    float[] shares = new float[dropped.length];
    for (int k = 0; k < shares.length; k++) {
      shares[k] = dropped[0] > 0 ? (float) (dropped[k] / dropped[0]) : 0;
    }
    return shares;
  }
}
