package io.sluice.search;

import io.sluice.search.Hypothesis.Ending;
import java.util.Arrays;
import java.util.List;

/**
 * Takes the most likely token at each step. A finished row leaves at once, and the next source row
 * that waits begins in its place, so that steps stay full until nothing waits.
 */
public final class GreedySearch implements Search {
  private static final int BEST = 2; // the second one is for the margin

  private final int startToken;
  private final int endToken;

  /**
   * @param startToken fed to each row before its first token
   */
  public GreedySearch(int startToken, int endToken) {
    this.startToken = startToken;
    this.endToken = endToken;
  }

  @Override
  public List<Hypothesis> search(
      StepScorer scorer,
      int[] firstTokens,
      int[] maximumLengths,
      int width,
      FinishListener listener) {
    int sources = firstTokens.length;
    int most = Math.min(width, sources);
    Hypothesis[] finished = new Hypothesis[sources];
    GreedyRow[] rows = new GreedyRow[most];
    Arrays.setAll(rows, row -> new GreedyRow());
    int[] parents = new int[most];
    int[] feed = new int[most];
    int[] ids = new int[most * BEST];
    float[] scores = new float[most * BEST];
    int next = 0; // source row
    int asked = 0; // rows that have been fed more than the start
    while (asked > 0 || next < sources) {
      int fed = asked;
      for (; fed < most && next < sources; fed++, next++) {
        rows[fed].begin(next, maximumLengths[next]);
        parents[fed] = StepScorer.beginning(next);
        feed[fed] = startToken;
      }
      scorer.step(parents, feed, fed, asked, BEST, ids, scores);
      int kept = 0;
      for (int row = 0; row < fed; row++) {
        GreedyRow output = rows[row];
        int token = firstTokens[output.source()];
        if (row < asked) {
          token = ids[row * BEST];
          float best = scores[row * BEST];
          Ending ending = output.take(token, best, best - scores[row * BEST + 1], endToken);
          if (ending != null) {
            Hypothesis hypothesis = output.hypothesis(ending, row);
            finished[output.source()] = hypothesis;
            listener.onFinished(output.source(), hypothesis);
            continue;
          }
        }
        rows[row] = rows[kept]; // of a row that is finished
        rows[kept] = output;
        parents[kept] = row;
        feed[kept] = token;
        kept++;
      }
      asked = kept;
    }
    return List.of(finished);
  }
}
