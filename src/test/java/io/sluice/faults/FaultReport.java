package io.sluice.faults;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Collects the rows of one build in {@code target/faults} and renders them to the file that the
 * property {@code faults.report} names. Each row is one JSON file, so tests need not know of each
 * other. One thread.
 */
public final class FaultReport {
  private static final Path ROWS = Path.of("target", "faults");
  private static final ObjectMapper JSON = new ObjectMapper();

  private FaultReport() {}

  /** True for the form with the full counts, {@code mvn verify -Pfaults}. */
  public static boolean isLong() {
    return "long".equals(System.getProperty("faults", "short"));
  }

  /** The count for this form. */
  public static int count(int shortForm, int longForm) {
    return isLong() ? longForm : shortForm;
  }

  /** Adds or replaces a row and renders the report anew. */
  public static void add(FaultRow row) {
    try {
      Files.createDirectories(ROWS);
      Files.writeString(
          ROWS.resolve(String.format(Locale.ROOT, "%02d.json", row.number())),
          JSON.writerWithDefaultPrettyPrinter().writeValueAsString(row));
      Files.writeString(target(), render(rows(), isLong()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path target() {
    return Path.of(System.getProperty("faults.report", "target/reliability.md"));
  }

  private static List<FaultRow> rows() throws IOException {
    List<FaultRow> rows = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(ROWS, "*.json")) {
      for (Path file : files) {
        rows.add(JSON.readValue(file.toFile(), FaultRow.class));
      }
    }
    rows.sort(Comparator.comparingInt(FaultRow::number));
    return rows;
  }

  static String render(List<FaultRow> rows, boolean longForm) {
    StringBuilder out = new StringBuilder(4096);
    out.append("# Reliability\n\n")
        .append("What was done to Sluice and what a `read_committed` reader saw. ")
        .append(
            longForm ? "Written by `mvn verify -Pfaults`" : "Short form, written by `mvn verify`")
        .append("; each row is a test in `src/test/java/io/sluice/faults` that fails unless lost, ")
        .append("doubled and out of order are all 0. *Recovery* runs from the end of the fault ")
        .append("until the stream went on.\n\n")
        .append("| # | fault | what was done | requests | outcomes | lost | doubled |")
        .append(" out of order | recovery | also seen |\n")
        .append("|--:|---|---|--:|--:|--:|--:|--:|--:|---|\n");
    for (FaultRow row : rows) {
      out.append(
          String.format(
              Locale.ROOT,
              "| %d | %s | %s | %d | %d | %d | %d | %d | %s | %s |%n",
              row.number(),
              row.fault(),
              row.done(),
              row.requests(),
              row.outcomes(),
              row.lost(),
              row.doubled(),
              row.outOfOrder(),
              seconds(row.recoveryMillis()),
              row.remark()));
    }
    return out.toString();
  }

  private static String seconds(Long millis) {
    return millis == null ? "–" : String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
  }
}
