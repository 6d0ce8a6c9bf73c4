package io.sluice.results;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Something that had to be shown.
 *
 * @param claim what
 * @param original what the work that this improves on says
 * @param least what was asked for
 * @param aim what was hoped for
 * @param measured what was found
 * @param verdict how far that is
 */
record Target(
    String claim, String original, String least, String aim, String measured, Verdict verdict) {

  /** How far a target was reached. */
  enum Verdict {
    AIM("yes, the aim"),
    LEAST("yes"),
    MISSED("**no**"),
    NOT_MEASURED("not measured");

    private final String text;

    Verdict(String text) {
      this.text = text;
    }

    /** For a table. */
    String text() {
      return text;
    }

    /** The verdict on the smallest of some values, more being better. */
    static Verdict of(List<Double> values, double least, double aim) {
      double smallest = values.stream().mapToDouble(Double::doubleValue).min().orElse(Double.NaN);
      if (Double.isNaN(smallest)) {
        return NOT_MEASURED;
      }
      return smallest >= aim ? AIM : smallest >= least ? LEAST : MISSED;
    }
  }

  /** A target of numbers in percent, one for each test set or one in all; the smallest counts. */
  static Target percent(
      String claim, String original, List<Double> values, double least, double aim) {
    return new Target(
        claim,
        original,
        plain(least) + " %",
        plain(aim) + " %",
        joined(values),
        Verdict.of(values, least, aim));
  }

  /** Percentages, one for each test set; a dash if one is missing. */
  static String joined(List<Double> percent) {
    return percent.isEmpty() || percent.stream().anyMatch(value -> Double.isNaN(value))
        ? MarkdownTable.NOTHING
        : percent.stream()
                .map(value -> MarkdownTable.number(value, 1))
                .collect(Collectors.joining(" / "))
            + " %";
  }

  private static String plain(double value) {
    return value == Math.rint(value)
        ? Long.toString(Math.round(value))
        : MarkdownTable.number(value, 1);
  }
}
