package io.sluice.search;

import java.util.List;

/** Finds an output for each source row. Stateless and thread-safe. */
public interface Search {

  /**
   * @param scorer scores continuations; knows the source rows
   * @param firstTokens the forced first token of each source row, shape (S)
   * @param maximumLengths longest output of each source row in tokens, the end of the sentence
   *     included, shape (S), each at least 1
   * @param width source rows that are decoded side by side, at least 1; they begin in order
   * @param listener told of each source row that is finished, before its row is gone
   * @return one hypothesis for each source row
   */
  List<Hypothesis> search(
      StepScorer scorer,
      int[] firstTokens,
      int[] maximumLengths,
      int width,
      FinishListener listener);

  /** Told when a row is finished, while the scorer still knows it. */
  @FunctionalInterface
  interface FinishListener {
    void onFinished(int sourceRow, Hypothesis hypothesis);
  }

  /**
   * Greedy for a beam of 1, beam search otherwise.
   *
   * @param startToken fed to each row before its first token
   */
  static Search of(int beamSize, int startToken, int endToken) {
    return beamSize == 1
        ? new GreedySearch(startToken, endToken)
        : new BeamSearch(startToken, endToken, beamSize, 1.0);
  }
}
