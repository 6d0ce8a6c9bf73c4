package io.sluice.search;

/** Scores the next token of every row; keeps what it needs to remember of each row. */
public interface StepScorer {

  /** The parent of a row that begins with a source row; turns one back into the other too. */
  static int beginning(int sourceRow) {
    return -1 - sourceRow;
  }

  /**
   * Feeds one token to each row and ranks what may follow.
   *
   * @param parents row i continues row {@code parents[i]} of the call before, or, where that is
   *     negative, begins with a source row, see {@link #beginning}; rows that nobody continues are
   *     gone. Source rows begin in ascending order
   * @param tokens the token of each row
   * @param rows how many of {@code parents} and {@code tokens} count
   * @param asked the first so many rows are ranked; the others are fed only
   * @param best how many candidates to return for a row
   * @param ids receives, row after row, the ids of the best candidates, best first
   * @param logProbabilities receives their natural-log probabilities
   */
  void step(
      int[] parents,
      int[] tokens,
      int rows,
      int asked,
      int best,
      int[] ids,
      float[] logProbabilities);
}
