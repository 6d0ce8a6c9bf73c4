package io.sluice.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Input by lines, UTF-8; bytes that are not UTF-8 are an error, not question marks. */
final class Lines {
  private Lines() {}

  /**
   * Opens a file; null or {@code -} is standard input.
   *
   * @throws ExitException if it cannot be opened
   */
  static BufferedReader open(Path file) {
    if (file == null || file.toString().equals("-")) {
      return new BufferedReader(
          new InputStreamReader(System.in, StandardCharsets.UTF_8.newDecoder()));
    }
    try {
      return Files.newBufferedReader(file);
    } catch (IOException e) {
      throw new ExitException("cannot read " + file, e);
    }
  }
}
