package io.sluice.cli;

import io.sluice.avro.Outcome;
import io.sluice.avro.TranslationResult;
import java.util.List;
import java.util.Locale;

/** A result as one line for people. */
public final class ResultLine {
  private ResultLine() {}

  /** Columns: experts run of all, total latency, score, outcome if not translated, text. */
  public static String of(TranslationResult result) {
    String note =
        result.getOutcome() == Outcome.TRANSLATED
            ? ""
            : "[" + result.getOutcome().toString().toLowerCase(Locale.ROOT) + "] ";
    return String.format(
        Locale.ROOT,
        "experts %-7s %7.0f ms  score %.2f  %s%s",
        experts(result.getRouting().getExpertsPerLayer(), result.getRouting().getExpertsTotal()),
        result.getLatency().getTotalMillis(),
        result.getQuality().getScore(),
        note,
        oneLine(result.getText()));
  }

  /** The same with the source: {@code source → text}. */
  public static String of(TranslationResult result, String source) {
    String line = of(result);
    String text = oneLine(result.getText());
    return line.substring(0, line.length() - text.length()) + oneLine(source) + " → " + text;
  }

  /** A null value, passed on under its key. */
  public static String tombstone(String key) {
    return "tombstone for key " + oneLine(String.valueOf(key));
  }

  private static String experts(List<Integer> perLayer, int total) {
    if (perLayer.isEmpty()) {
      return "-";
    }
    int run = perLayer.stream().mapToInt(Integer::intValue).sum();
    return run + "/" + perLayer.size() * total;
  }

  /** Control characters would break the table and the terminal. */
  private static String oneLine(String text) {
    StringBuilder line = new StringBuilder(text.length());
    text.codePoints()
        .forEach(point -> line.appendCodePoint(Character.isISOControl(point) ? ' ' : point));
    return line.toString();
  }
}
