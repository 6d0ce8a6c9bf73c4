package io.sluice.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** The most memory that this process has had resident, mapped files included. Linux only. */
final class PeakMemory {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String PEAK = "VmHWM:";

  private PeakMemory() {}

  /** MiB; empty where the system does not say. */
  static OptionalLong mebibytes() {
    try (Stream<String> lines = Files.lines(STATUS)) {
      return parse(lines);
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }

  /** The same from the lines of {@code /proc/self/status}. */
  static OptionalLong parse(Stream<String> lines) {
    return lines
        .filter(line -> line.startsWith(PEAK))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
        .findFirst();
  }
}
