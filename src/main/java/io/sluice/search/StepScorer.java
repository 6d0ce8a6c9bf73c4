package io.sluice.search;

/** Scores the next token of every row; keeps what it needs to remember of each row. */
public interface StepScorer {

  /**
   * Feeds one token to each row and ranks what may follow.
   *
   * @param parents row i continues row {@code parents[i]} of the call before; rows that nobody
   *     continues are gone. In the first call row i is source row {@code parents[i]}
   * @param tokens the token of each row
   * @param best how many candidates to return for a row
   * @param ids receives, row after row, the ids of the best candidates, best first
   * @param logProbabilities receives their natural-log probabilities
   */
  void step(int[] parents, int[] tokens, int best, int[] ids, float[] logProbabilities);
}
