package io.sluice.quality;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Corpus BLEU with 13a tokenisation (mteval-v13a), cased, no smoothing, up to 4-grams. Pure
 * functions.
 */
public final class Bleu {
  private static final int ORDER = 4;
  private static final int COUNTS = 2 * ORDER + 2;
  private static final Pattern SYMBOL = Pattern.compile("([{-~\\[-` -&(-+:-@/])");
  private static final Pattern MARK_AFTER_NO_DIGIT = Pattern.compile("([^0-9])([.,])");
  private static final Pattern MARK_BEFORE_NO_DIGIT = Pattern.compile("([.,])([^0-9])");
  private static final Pattern DASH_AFTER_DIGIT = Pattern.compile("([0-9])(-)");
  private static final Pattern SPACE =
      Pattern.compile(
          "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+");

  private Bleu() {}

  /**
   * BLEU of a corpus.
   *
   * @param hypotheses N sentences
   * @param references for each sentence at least one reference
   * @return 0 to 100; 0 if an order has no match at all
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
   * What one sentence adds to the corpus: for each order the n-grams that match, then for each
   * order all n-grams, then the length, then the length of the closest reference.
   *
   * @param references at least one
   */
  public static long[] counts(String hypothesis, List<String> references) {
    List<String> tokens = tokenize(hypothesis);
    List<List<String>> candidates = references.stream().map(Bleu::tokenize).toList();
    long[] counts = new long[COUNTS];
    for (int n = 1; n <= ORDER; n++) {
      Map<List<String>, Integer> allowed = new HashMap<>();
      for (List<String> candidate : candidates) {
        nGrams(candidate, n).forEach((gram, count) -> allowed.merge(gram, count, Math::max));
      }
      for (var entry : nGrams(tokens, n).entrySet()) {
        counts[n - 1] += Math.min(entry.getValue(), allowed.getOrDefault(entry.getKey(), 0));
        counts[ORDER + n - 1] += entry.getValue();
      }
    }
    counts[2 * ORDER] = tokens.size();
    counts[2 * ORDER + 1] = closestLength(tokens.size(), candidates);
    return counts;
  }

  /**
   * BLEU of the summed counts of sentences.
   *
   * @return 0 to 100; 0 if an order has no match at all
   */
  public static double score(long[] counts) {
    double logPrecision = 0;
    for (int n = 0; n < ORDER; n++) {
      if (counts[n] == 0) {
        return 0;
      }
      logPrecision += Math.log((double) counts[n] / counts[ORDER + n]) / ORDER;
    }
    long length = counts[2 * ORDER];
    long referenceLength = counts[2 * ORDER + 1];
    double brevity = length > referenceLength ? 1 : Math.exp(1 - (double) referenceLength / length);
    return 100 * brevity * Math.exp(logPrecision);
  }

  private static int closestLength(int length, List<List<String>> candidates) {
    int closest = -1;
    for (List<String> candidate : candidates) {
      int size = candidate.size();
      int difference = Math.abs(size - length) - Math.abs(closest - length);
      if (closest < 0 || difference < 0 || (difference == 0 && size < closest)) {
        closest = size;
      }
    }
    return closest;
  }

  private static Map<List<String>, Integer> nGrams(List<String> tokens, int n) {
    Map<List<String>, Integer> counts = new HashMap<>();
    for (int i = 0; i + n <= tokens.size(); i++) {
      counts.merge(tokens.subList(i, i + n), 1, Integer::sum);
    }
    return counts;
  }

  /** Tokens as mteval-v13a cuts them. */
  static List<String> tokenize(String line) {
    String text =
        line.replace("<skipped>", "")
            .replace("-\n", "")
            .replace('\n', ' ')
            .replace("&quot;", "\"")
            .replace("&amp;", "&")
            .replace("&lt;", "<")
            .replace("&gt;", ">");
    text = SYMBOL.matcher(" " + text + " ").replaceAll(" $1 ");
    text = MARK_AFTER_NO_DIGIT.matcher(text).replaceAll("$1 $2 ");
    text = MARK_BEFORE_NO_DIGIT.matcher(text).replaceAll(" $1 $2");
    text = DASH_AFTER_DIGIT.matcher(text).replaceAll("$1 $2 ");
    List<String> tokens = new ArrayList<>();
    for (String token : SPACE.split(text, -1)) {
      if (!token.isEmpty()) {
        tokens.add(token);
      }
    }
    return tokens;
  }
}
