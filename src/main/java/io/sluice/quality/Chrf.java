package io.sluice.quality;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * chrF2 as sacreBLEU computes it: character n-grams up to 6 without white space, β = 2, no word
 * n-grams, no smoothing; of several references the best counts. Pure functions.
 */
public final class Chrf {
  private static final int ORDER = 6;
  private static final double BETA_SQUARED = 4;

  private Chrf() {}

  /**
   * chrF of one sentence.
   *
   * @param references at least one
   * @return 0 to 100
   */
  public static double sentence(String hypothesis, List<String> references) {
    return score(best(hypothesis, references));
  }

  /**
   * chrF of a corpus: the n-gram counts of all sentences together.
   *
   * @param hypotheses N sentences
   * @param references for each sentence at least one reference
   * @return 0 to 100
   */
  public static double corpus(List<String> hypotheses, List<List<String>> references) {
    if (hypotheses.size() != references.size()) {
      throw new IllegalArgumentException(
          "hypotheses and references differ in number: "
              + hypotheses.size()
              + ", "
              + references.size());
    }
    long[][] sum = new long[ORDER][3];
    for (int i = 0; i < hypotheses.size(); i++) {
      long[][] counts = best(hypotheses.get(i), references.get(i));
      for (int n = 0; n < ORDER; n++) {
        for (int k = 0; k < 3; k++) {
          sum[n][k] += counts[n][k];
        }
      }
    }
    return score(sum);
  }

  private static long[][] best(String hypothesis, List<String> references) {
    if (references.isEmpty()) {
      throw new IllegalArgumentException("no reference");
    }
    int[] ours = characters(hypothesis);
    long[][] best = null;
    double bestScore = -1;
    for (String reference : references) {
      long[][] counts = counts(ours, characters(reference));
      double score = score(counts);
      if (score > bestScore) {
        bestScore = score;
        best = counts;
      }
    }
    return best;
  }

  private static int[] characters(String text) {
    return text.codePoints()
        .filter(c -> !Character.isWhitespace(c) && !Character.isSpaceChar(c) && c != 0x85)
        .toArray();
  }

  /** For each order: n-grams of the hypothesis, of the reference, matches; shape (6, 3). */
  private static long[][] counts(int[] hypothesis, int[] reference) {
    long[][] counts = new long[ORDER][3];
    for (int n = 1; n <= ORDER; n++) {
      Map<String, Integer> ours = nGrams(hypothesis, n);
      Map<String, Integer> theirs = nGrams(reference, n);
      long matches = 0;
      for (var entry : ours.entrySet()) {
        matches += Math.min(entry.getValue(), theirs.getOrDefault(entry.getKey(), 0));
      }
      counts[n - 1][0] = theirs.isEmpty() ? 0 : Math.max(0, hypothesis.length - n + 1);
      counts[n - 1][1] = Math.max(0, reference.length - n + 1);
      counts[n - 1][2] = matches;
    }
    return counts;
  }

  private static Map<String, Integer> nGrams(int[] characters, int n) {
    Map<String, Integer> grams = new HashMap<>();
    for (int i = 0; i + n <= characters.length; i++) {
      grams.merge(new String(characters, i, n), 1, Integer::sum);
    }
    return grams;
  }

  private static double score(long[][] counts) {
    double precision = 0;
    double recall = 0;
    int orders = 0;
    for (long[] count : counts) {
      if (count[0] > 0 && count[1] > 0) {
        precision += (double) count[2] / count[0];
        recall += (double) count[2] / count[1];
        orders++;
      }
    }
    if (orders == 0 || precision + recall == 0) {
      return 0;
    }
    precision /= orders;
    recall /= orders;
    return 100 * (1 + BETA_SQUARED) * precision * recall / (BETA_SQUARED * precision + recall);
  }
}
