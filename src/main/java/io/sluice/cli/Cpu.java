package io.sluice.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The processor as Linux describes it.
 *
 * @param name model name
 * @param flags the instruction sets that matter here and are there
 */
public record Cpu(String name, Set<String> flags) {
  private static final List<String> FLAGS =
      List.of("fma", "avx2", "avx512f", "avx512_vnni", "avx512_bf16");

  /** Reads {@code /proc/cpuinfo}; elsewhere the name is the architecture and no flag is known. */
  public static Cpu detect() {
    try {
      return parse(Files.readAllLines(Path.of("/proc/cpuinfo")));
    } catch (IOException e) {
      return new Cpu(System.getProperty("os.arch"), Set.of());
    }
  }

  static Cpu parse(List<String> lines) {
    Set<String> found = new TreeSet<>(Arrays.asList(field(lines, "flags").split(" ", -1)));
    found.retainAll(FLAGS);
    String name = field(lines, "model name");
    return new Cpu(name.isEmpty() ? System.getProperty("os.arch") : name, found);
  }

  private static String field(List<String> lines, String name) {
    for (String line : lines) {
      int colon = line.indexOf(':');
      if (colon > 0 && line.substring(0, colon).strip().equals(name)) {
        return line.substring(colon + 1).strip();
      }
    }
    return "";
  }
}
