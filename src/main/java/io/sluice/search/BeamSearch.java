package io.sluice.search;

import io.sluice.search.Hypothesis.Ending;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Keeps the {@code beamSize} most likely outputs of each source row. Finished outputs compete by
 * their log-probability divided by length to the power {@code lengthPenalty} (Wu et al. 2016 use a
 * smoothed length; this is the plain power that Marian and CTranslate2 use). A source row is done
 * when no unfinished output can still win.
 */
public final class BeamSearch implements Search {
  private final int startToken;
  private final int endToken;
  private final int beamSize;
  private final double lengthPenalty;

  /**
   * @param startToken fed to each row before its first token
   * @param beamSize outputs kept for each source row, at least 1
   * @param lengthPenalty 0: no normalisation; 1: mean log-probability of a token
   */
  public BeamSearch(int startToken, int endToken, int beamSize, double lengthPenalty) {
    if (beamSize < 1) {
      throw new IllegalArgumentException("beam size must be at least 1, is " + beamSize);
    }
    this.startToken = startToken;
    this.endToken = endToken;
    this.beamSize = beamSize;
    this.lengthPenalty = lengthPenalty;
  }

  /** An unfinished output. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Partial(int[] tokens, float[] logProbabilities, float[] margins, double sum) {

    Partial plus(int token, float logProbability, float margin) {
      int n = tokens.length;
      int[] newTokens = Arrays.copyOf(tokens, n + 1);
      float[] newLogs = Arrays.copyOf(logProbabilities, n + 1);
      float[] newMargins = Arrays.copyOf(margins, n + 1);
      newTokens[n] = token;
      newLogs[n] = logProbability;
      newMargins[n] = margin;
      return new Partial(newTokens, newLogs, newMargins, sum + logProbability);
    }
  }

  /** A way to go on: the output so far, the row it is in, and the next token. */
  private record Candidate(Partial from, int row, int token, float logProbability, float margin) {

    double sum() {
      return from.sum + logProbability;
    }
  }

  @Override
  public List<Hypothesis> search(
      StepScorer scorer,
      int[] firstTokens,
      int[] maximumLengths,
      int width,
      FinishListener listener) {
    Hypothesis[] best = new Hypothesis[firstTokens.length];
    for (int from = 0; from < best.length; from += width) {
      int to = Math.min(from + width, best.length);
      search(scorer, firstTokens, maximumLengths, from, to, best, listener);
    }
    return List.of(best);
  }

  /** Source rows from one to another, side by side until the last of them is done. */
  private void search(
      StepScorer scorer,
      int[] firstTokens,
      int[] maximumLengths,
      int from,
      int to,
      Hypothesis[] best,
      FinishListener listener) {
    int batch = to - from;
    List<List<Partial>> beams = new ArrayList<>();
    int[] parents = new int[batch];
    int[] start = new int[batch];
    Arrays.fill(start, startToken);
    for (int row = 0; row < batch; row++) {
      beams.add(List.of(new Partial(new int[0], new float[0], new float[0], 0)));
      parents[row] = StepScorer.beginning(from + row);
    }
    scorer.step(parents, start, batch, 0, 0, new int[0], new float[0]);
    Arrays.setAll(parents, row -> row);
    int[] feed = Arrays.copyOfRange(firstTokens, from, to);
    int candidates = 2 * beamSize;
    for (int step = 0; parents.length > 0; step++) {
      int[] ids = new int[parents.length * candidates];
      float[] scores = new float[parents.length * candidates];
      scorer.step(parents, feed, feed.length, feed.length, candidates, ids, scores);
      List<Integer> nextParents = new ArrayList<>();
      List<Integer> nextFeed = new ArrayList<>();
      int firstRow = 0;
      for (int row = 0; row < batch; row++) {
        int source = from + row;
        List<Partial> beam = beams.get(row);
        if (beam.isEmpty()) {
          continue;
        }
        List<Candidate> ranked = rank(beam, firstRow, ids, scores, candidates);
        firstRow += beam.size();
        List<Partial> next = new ArrayList<>();
        for (Candidate candidate : ranked.subList(0, Math.min(candidates, ranked.size()))) {
          if (next.size() == beamSize) {
            break;
          }
          Ending ending = ending(candidate, step + 1, maximumLengths[source]);
          if (ending == null) {
            next.add(
                candidate.from.plus(candidate.token, candidate.logProbability, candidate.margin));
            nextParents.add(candidate.row);
            nextFeed.add(candidate.token);
          } else {
            Hypothesis hypothesis = finish(candidate, ending, step + 1);
            if (best[source] == null || normalised(hypothesis) > normalised(best[source])) {
              best[source] = hypothesis;
              listener.onFinished(source, hypothesis);
            }
          }
        }
        if (best[source] != null
            && (next.isEmpty() || !canWin(next.get(0), maximumLengths[source], best[source]))) {
          for (int i = 0; i < next.size(); i++) {
            nextParents.remove(nextParents.size() - 1);
            nextFeed.remove(nextFeed.size() - 1);
          }
          next = List.of();
        }
        beams.set(row, next);
      }
      parents = nextParents.stream().mapToInt(Integer::intValue).toArray();
      feed = nextFeed.stream().mapToInt(Integer::intValue).toArray();
    }
  }

  private static List<Candidate> rank(
      List<Partial> beam, int firstRow, int[] ids, float[] scores, int candidates) {
    List<Candidate> ranked = new ArrayList<>();
    for (int i = 0; i < beam.size(); i++) {
      int from = (firstRow + i) * candidates;
      float margin = scores[from] - scores[from + 1];
      for (int c = from; c < from + candidates; c++) {
        ranked.add(new Candidate(beam.get(i), firstRow + i, ids[c], scores[c], margin));
      }
    }
    ranked.sort((a, b) -> Double.compare(b.sum(), a.sum())); // stable: ties in row order
    return ranked;
  }

  /** Why the candidate ends the output; null if it goes on. */
  private Ending ending(Candidate candidate, int length, int maximumLength) {
    if (candidate.token == endToken) {
      return Ending.END_OF_SENTENCE;
    }
    int[] tokens = Arrays.copyOf(candidate.from.tokens, length);
    tokens[length - 1] = candidate.token;
    if (RepetitionGuard.repeats(tokens, length)) {
      return Ending.REPETITION;
    }
    return length == maximumLength ? Ending.LENGTH_CAP : null;
  }

  private static Hypothesis finish(Candidate candidate, Ending ending, int steps) {
    Partial whole =
        candidate.from.plus(candidate.token, candidate.logProbability, candidate.margin);
    int length = ending == Ending.END_OF_SENTENCE ? steps - 1 : steps;
    return new Hypothesis(
        Arrays.copyOf(whole.tokens, length),
        whole.logProbabilities,
        whole.margins,
        ending,
        steps,
        candidate.row);
  }

  private double normalised(Hypothesis hypothesis) {
    return hypothesis.sum() / Math.pow(hypothesis.logProbabilities().length, lengthPenalty);
  }

  /** An output only gets less likely; at best it keeps its sum and grows to the longest length. */
  private boolean canWin(Partial partial, int maximumLength, Hypothesis best) {
    return partial.sum / Math.pow(maximumLength, lengthPenalty) > normalised(best);
  }
}
