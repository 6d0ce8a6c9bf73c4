package io.sluice.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * Lines that end with a line feed, and nothing else ends a line; a carriage return before it is
 * dropped. Bytes that are not UTF-8 become U+FFFD, so that every line in has its line out.
 */
final class TextLines implements AutoCloseable {
  private final BufferedReader reader;
  private final StringBuilder line = new StringBuilder();

  private TextLines(InputStream in) {
    this.reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8), 1 << 16);
  }

  static TextLines of(InputStream in) {
    return new TextLines(in);
  }

  /** Opens a file, unpacked if its name ends in {@code .gz}. */
  static TextLines open(Path file) {
    try {
      InputStream in = Files.newInputStream(file);
      return new TextLines(file.toString().endsWith(".gz") ? new GZIPInputStream(in) : in);
    } catch (IOException e) {
      throw new ExitException("cannot read " + file, e);
    }
  }

  /** All lines of a file. */
  static List<String> readAll(Path file) {
    try (TextLines lines = open(file)) {
      return lines.rest();
    }
  }

  /** All lines that are left. */
  List<String> rest() {
    List<String> all = new ArrayList<>();
    for (String each = next(); each != null; each = next()) {
      all.add(each);
    }
    return all;
  }

  /** The next line; null at the end. */
  String next() {
    try {
      line.setLength(0);
      int c = reader.read();
      if (c < 0) {
        return null;
      }
      while (c >= 0 && c != '\n') {
        line.append((char) c);
        c = reader.read();
      }
      int length = line.length();
      if (length > 0 && line.charAt(length - 1) == '\r') {
        line.setLength(length - 1);
      }
      return line.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** True if the next line can be begun without waiting. */
  boolean ready() {
    try {
      return reader.ready();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      reader.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
