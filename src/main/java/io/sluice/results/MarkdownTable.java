package io.sluice.results;

import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** A table of a Markdown page: the first column is text, the others are numbers. */
final class MarkdownTable {
  /** Stands for what was not measured. */
  static final String NOTHING = "–";

  private final StringBuilder text = new StringBuilder();

  MarkdownTable(List<String> heading) {
    row(heading);
    text.append("|---").append(String.join("", Collections.nCopies(heading.size() - 1, "|---:")));
    text.append("|\n");
  }

  /** Adds a row. */
  void row(List<String> cells) {
    text.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }

  /** A number with so many digits after the point; a dash for NaN. */
  static String number(double value, int digits) {
    return Double.isNaN(value) ? NOTHING : String.format(Locale.ROOT, "%." + digits + "f", value);
  }

  /** A difference, always with a sign. */
  static String signed(double value, int digits) {
    return Double.isNaN(value) ? NOTHING : String.format(Locale.ROOT, "%+." + digits + "f", value);
  }

  /** A share from 0 to 1 in percent, one digit. */
  static String percent(double share) {
    return number(100 * share, 1);
  }

  @Override
  public String toString() {
    return text.append('\n').toString();
  }
}
