package io.sluice.cli;

import java.nio.file.Path;
import java.util.List;

/** What a bench translates. */
final class BenchText {
  private BenchText() {}

  /**
   * The lines of a file that are not blank, or the sentences that ship with Sluice.
   *
   * @param file null: the latter
   * @throws ExitException if there is none
   */
  static List<String> lines(Path file) {
    List<String> all =
        file == null
            ? TextLines.of(BenchText.class.getResourceAsStream("/demo/sentences.en.txt")).rest()
            : TextLines.readAll(file);
    List<String> lines = all.stream().filter(line -> !line.isBlank()).toList();
    if (lines.isEmpty()) {
      throw new ExitException(file + " has no sentence in it");
    }
    return lines;
  }
}
