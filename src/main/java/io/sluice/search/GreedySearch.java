package io.sluice.search;

import io.sluice.search.Hypothesis.Ending;
import java.util.Arrays;
import java.util.List;

/** Takes the most likely token at each step; a finished row leaves the batch at once. */
public final class GreedySearch implements Search {
  private final int endToken;

  public GreedySearch(int endToken) {
    this.endToken = endToken;
  }

  @Override
  public List<Hypothesis> search(
      StepScorer scorer, int[] firstTokens, int[] maximumLengths, FinishListener listener) {
    int batch = firstTokens.length;
    Hypothesis[] finished = new Hypothesis[batch];
    int longest = Arrays.stream(maximumLengths).max().orElse(0);
    int[][] tokens = new int[batch][longest];
    float[][] logProbabilities = new float[batch][longest];
    float[][] margins = new float[batch][longest];
    int[] active = new int[batch]; // source row of each row
    int[] parents = new int[batch];
    for (int row = 0; row < batch; row++) {
      active[row] = row;
      parents[row] = row;
    }
    int[] feed = firstTokens.clone();
    int[] ids = new int[batch * 2];
    float[] scores = new float[batch * 2];
    for (int step = 0; active.length > 0; step++) {
      scorer.step(parents, feed, 2, ids, scores);
      int kept = 0;
      for (int row = 0; row < active.length; row++) {
        int source = active[row];
        int token = ids[row * 2];
        logProbabilities[source][step] = scores[row * 2];
        margins[source][step] = scores[row * 2] - scores[row * 2 + 1];
        int length = step;
        Ending ending = Ending.END_OF_SENTENCE;
        if (token != endToken) {
          tokens[source][step] = token;
          length = step + 1;
          if (RepetitionGuard.repeats(tokens[source], length)) {
            ending = Ending.REPETITION;
          } else if (length == maximumLengths[source]) {
            ending = Ending.LENGTH_CAP;
          } else {
            active[kept] = source;
            parents[kept] = row;
            feed[kept] = token;
            kept++;
            continue;
          }
        }
        finished[source] =
            new Hypothesis(
                Arrays.copyOf(tokens[source], length),
                Arrays.copyOf(logProbabilities[source], step + 1),
                Arrays.copyOf(margins[source], step + 1),
                ending,
                step + 1,
                row);
        listener.onFinished(source, finished[source]);
      }
      if (kept < active.length) { // otherwise the same arrays serve the next step
        active = Arrays.copyOf(active, kept);
        parents = Arrays.copyOf(parents, kept);
        feed = Arrays.copyOf(feed, kept);
      }
    }
    return List.of(finished);
  }
}
