package io.sluice.quality;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which character trigrams a language has. Immutable, thread-safe.
 *
 * @param trigrams natural-log frequency of the frequent trigrams
 * @param floor natural-log frequency that stands for every other trigram
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record LanguageProfile(Map<String, Double> trigrams, double floor) {

  public LanguageProfile {
    trigrams = Map.copyOf(trigrams);
  }

  /**
   * Learns a profile.
   *
   * @param text sentences of the language
   * @param size number of trigrams to keep
   */
  public static LanguageProfile learn(Iterable<String> text, int size) {
    Map<String, Integer> counts = new HashMap<>();
    long total = 0;
    for (String sentence : text) {
      String padded = normal(sentence);
      for (int i = 0; i + 3 <= padded.length(); i++) {
        counts.merge(padded.substring(i, i + 3), 1, Integer::sum);
        total++;
      }
    }
    double sum = Math.max(1, total);
    Map<String, Double> kept = new TreeMap<>();
    counts.entrySet().stream()
        .sorted(
            Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry.comparingByKey()))
        .limit(size)
        .forEach(entry -> kept.put(entry.getKey(), rounded(Math.log(entry.getValue() / sum))));
    double rarest = kept.values().stream().mapToDouble(value -> value).min().orElse(-10);
    return new LanguageProfile(kept, rarest - 1);
  }

  /** Mean natural-log frequency of the text's trigrams; the floor without any. */
  public double fit(String text) {
    String padded = normal(text);
    int count = Math.max(0, padded.length() - 2);
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += trigrams.getOrDefault(padded.substring(i, i + 3), floor);
    }
    return count == 0 ? floor : sum / count;
  }

  private static String normal(String text) {
    return " " + text.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{M}']+", " ").strip() + " ";
  }

  private static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }
}
