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
    long[] matches = new long[ORDER];
    long[] totals = new long[ORDER];
    long length = 0;
    long referenceLength = 0;
    for (int i = 0; i < hypotheses.size(); i++) {
      List<String> hypothesis = tokenize(hypotheses.get(i));
      List<List<String>> candidates = references.get(i).stream().map(Bleu::tokenize).toList();
      length += hypothesis.size();
      referenceLength += closestLength(hypothesis.size(), candidates);
      for (int n = 1; n <= ORDER; n++) {
        Map<List<String>, Integer> allowed = new HashMap<>();
        for (List<String> candidate : candidates) {
          nGrams(candidate, n).forEach((gram, count) -> allowed.merge(gram, count, Math::max));
        }
        for (var entry : nGrams(hypothesis, n).entrySet()) {
          matches[n - 1] += Math.min(entry.getValue(), allowed.getOrDefault(entry.getKey(), 0));
          totals[n - 1] += entry.getValue();
        }
      }
    }
    return score(matches, totals, length, referenceLength);
  }

  private static double score(long[] matches, long[] totals, long length, long referenceLength) {
    double logPrecision = 0;
    for (int n = 0; n < ORDER; n++) {
      if (matches[n] == 0) {
        return 0;
      }
      logPrecision += Math.log((double) matches[n] / totals[n]) / ORDER;
    }
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
