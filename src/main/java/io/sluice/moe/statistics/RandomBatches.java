package io.sluice.moe.statistics;

/** Batches drawn at random, without drawing any: the mean over all of them is a formula. */
final class RandomBatches {
  private RandomBatches() {}

  /**
   * Mean share of neurons that at least one token of a batch activates. A neuron with count c is
   * silent in a batch of B out of n tokens with probability C(n − c, B) / C(n, B).
   *
   * @param counts tokens that activate each neuron, shape (F)
   * @param tokens number of tokens n
   * @param batch tokens of a batch B
   * @return 0 to 1; NaN if B is more than n
   */
  static double meanUnion(long[] counts, long tokens, int batch) {
    if (batch > tokens) {
      return Double.NaN;
    }
    double silent = 0;
    for (long count : counts) {
      double probability = 1;
      for (int drawn = 0; drawn < batch && probability > 0; drawn++) {
        probability *= Math.max(0, (double) (tokens - count - drawn) / (tokens - drawn));
      }
      silent += probability;
    }
    return 1 - silent / counts.length;
  }
}
