package io.sluice.search;

import java.util.List;

/** Finds an output for each source row of a batch. Stateless and thread-safe. */
public interface Search {

  /**
   * @param scorer scores continuations; its first call continues source rows
   * @param firstTokens the forced first token of each source row, shape (B)
   * @param maximumLengths longest output of each source row in tokens, the end of the sentence
   *     included, shape (B), each at least 1
   * @param listener told of each source row that is finished, before its row leaves the batch
   * @return one hypothesis for each source row
   */
  List<Hypothesis> search(
      StepScorer scorer, int[] firstTokens, int[] maximumLengths, FinishListener listener);

  /** Told when a row is finished, while the scorer still knows it. */
  @FunctionalInterface
  interface FinishListener {
    void onFinished(int sourceRow, Hypothesis hypothesis);
  }

  /** Greedy for a beam of 1, beam search otherwise. */
  static Search of(int beamSize, int endToken) {
    return beamSize == 1 ? new GreedySearch(endToken) : new BeamSearch(endToken, beamSize, 1.0);
  }
}
