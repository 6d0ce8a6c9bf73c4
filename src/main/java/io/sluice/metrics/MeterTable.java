package io.sluice.metrics;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;

/**
 * The meters as a table for a document, between two marks; a test says that the README has it as it
 * is. {@code java -cp target/classes io.sluice.metrics.MeterTable README.md} writes it anew.
 */
public final class MeterTable {
  private static final String BEGIN = "<!-- meters: made from SluiceMeter -->\n";
  private static final String END = "<!-- end of meters -->\n";

  private MeterTable() {}

  /**
   * Writes the table into a document.
   *
   * @param arguments the document's path
   * @throws IOException if the document cannot be read or written
   */
  public static void main(String[] arguments) throws IOException {
    Path document = Path.of(arguments[0]);
    String text = Files.readString(document, StandardCharsets.UTF_8);
    Files.writeString(document, insertedInto(text), StandardCharsets.UTF_8);
  }

  /**
   * The document with the table as it must be.
   *
   * @throws IllegalArgumentException if the document does not have the marks
   */
  public static String insertedInto(String document) {
    int begin = document.indexOf(BEGIN);
    int end = document.indexOf(END);
    if (begin < 0 || end < begin) {
      throw new IllegalArgumentException("no place for the table of meters in the document");
    }
    return document.substring(0, begin + BEGIN.length())
        + "\n"
        + markdown()
        + "\n"
        + document.substring(end);
  }

  /** One row for each meter. */
  static String markdown() {
    StringBuilder table = new StringBuilder();
    table.append("| meter | type | unit | labels | meaning |\n|---|---|---|---|---|\n");
    for (SluiceMeter meter : SluiceMeter.values()) {
      String labels =
          meter.labels().stream()
              .map(label -> "`%s`: %s".formatted(label.name(), label.meaning()))
              .collect(Collectors.joining("; "));
      table.append(
          "| `%s` | %s | %s | %s | %s |\n"
              .formatted(
                  meter.exportedName(),
                  meter.kind().name().toLowerCase(java.util.Locale.ROOT),
                  meter.unit().text(),
                  labels,
                  meter.description()));
    }
    return table.toString();
  }
}
