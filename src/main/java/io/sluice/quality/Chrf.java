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
  private static final int COUNTS = 3 * ORDER;
  private static final double BETA_SQUARED = 4;

  private Chrf() {}

  /**
   * chrF of one sentence.
   *
   * @param references at least one
   * @return 0 to 100
   */
  public static double sentence(String hypothesis, List<String> references) {
    return score(counts(hypothesis, references));
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
    long[] sums = new long[COUNTS];
    for (int i = 0; i < hypotheses.size(); i++) {
      long[] counts = counts(hypotheses.get(i), references.get(i));
      for (int c = 0; c < COUNTS; c++) {
        sums[c] += counts[c];
      }
    }
    return score(sums);
  }

  /**
   * What one sentence adds to the corpus: for each order the n-grams of the hypothesis, of its best
   * reference, and those that match.
   *
   * @param references at least one
   */
  public static long[] counts(String hypothesis, List<String> references) {
    if (references.isEmpty()) {
      throw new IllegalArgumentException("no reference");
    }
    int[] ours = characters(hypothesis);
    long[] best = null;
    double bestScore = -1;
    for (String reference : references) {
      long[] counts = counts(ours, characters(reference));
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

  private static long[] counts(int[] hypothesis, int[] reference) {
    long[] counts = new long[COUNTS];
    for (int n = 1; n <= ORDER; n++) {
      Map<String, Integer> ours = nGrams(hypothesis, n);
      Map<String, Integer> theirs = nGrams(reference, n);
      long matches = 0;
      for (var entry : ours.entrySet()) {
        matches += Math.min(entry.getValue(), theirs.getOrDefault(entry.getKey(), 0));
      }
      counts[3 * n - 3] = theirs.isEmpty() ? 0 : Math.max(0, hypothesis.length - n + 1);
      counts[3 * n - 2] = Math.max(0, reference.length - n + 1);
      counts[3 * n - 1] = matches;
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

  /**
   * chrF of the summed counts of sentences.
   *
   * @return 0 to 100
   */
  public static double score(long[] counts) {
    double precision = 0;
    double recall = 0;
    int orders = 0;
    for (int at = 0; at < COUNTS; at += 3) {
      if (counts[at] > 0 && counts[at + 1] > 0) {
        precision += (double) counts[at + 2] / counts[at];
        recall += (double) counts[at + 2] / counts[at + 1];
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
