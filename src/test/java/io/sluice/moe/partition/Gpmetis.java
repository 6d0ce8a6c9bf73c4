package io.sluice.moe.partition;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** Runs {@code gpmetis} of Debian's package metis: the yardstick for cuts. */
final class Gpmetis {
  private Gpmetis() {}

  static boolean installed() {
    return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "gpmetis")));
  }

  /** Cuts with default options, or with recursive bisection; parts may differ in size. */
  static int[] cut(WeightedGraph graph, int parts, boolean bisect, Path folder)
      throws IOException, InterruptedException {
    Path file = folder.resolve("graph-" + graph.edges());
    write(graph, file);
    Process process =
        new ProcessBuilder(
                "gpmetis", "-ptype=" + (bisect ? "rb" : "kway"), file.toString(), "" + parts)
            .redirectOutput(folder.resolve("gpmetis.log").toFile())
            .redirectErrorStream(true)
            .start();
    if (!process.waitFor(5, TimeUnit.MINUTES) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IOException("gpmetis failed: " + Files.readString(folder.resolve("gpmetis.log")));
    }
    List<String> lines = Files.readAllLines(Path.of(file + ".part." + parts));
    return lines.stream().mapToInt(line -> Integer.parseInt(line.trim())).toArray();
  }

  private static void write(WeightedGraph graph, Path file) throws IOException {
    StringBuilder text = new StringBuilder();
    text.append(graph.nodes()).append(' ').append(graph.edges()).append(" 001\n");
    for (int node = 0; node < graph.nodes(); node++) {
      for (int at = graph.offsets()[node]; at < graph.offsets()[node + 1]; at++) {
        text.append(graph.neighbours()[at] + 1).append(' ').append(graph.weights()[at]).append(' ');
      }
      text.append('\n');
    }
    Files.writeString(file, text);
  }

  /** Weight of the cut edges; parts of any size. */
  static long cutWeight(WeightedGraph graph, int[] partOf) {
    long sum = 0;
    for (int node = 0; node < graph.nodes(); node++) {
      for (int at = graph.offsets()[node]; at < graph.offsets()[node + 1]; at++) {
        if (partOf[node] != partOf[graph.neighbours()[at]]) {
          sum += graph.weights()[at];
        }
      }
    }
    return sum / 2;
  }

  /**
   * Moves the node that costs least out of a part that is too large into one that is too small,
   * until all are equal: kinder than the random moves of the original.
   */
  static Partition rebalanced(WeightedGraph graph, int[] unbalanced, int parts) {
    int[] partOf = unbalanced.clone();
    int size = partOf.length / parts;
    int[] sizes = new int[parts];
    Arrays.stream(partOf).forEach(part -> sizes[part]++);
    while (Arrays.stream(sizes).anyMatch(s -> s > size)) {
      int bestNode = -1;
      int bestPart = -1;
      long bestGain = Long.MIN_VALUE;
      for (int node = 0; node < partOf.length; node++) {
        if (sizes[partOf[node]] <= size) {
          continue;
        }
        long[] joined = joined(graph, partOf, parts, node);
        for (int part = 0; part < parts; part++) {
          long gain = joined[part] - joined[partOf[node]];
          if (sizes[part] < size && gain > bestGain) {
            bestGain = gain;
            bestNode = node;
            bestPart = part;
          }
        }
      }
      sizes[partOf[bestNode]]--;
      sizes[bestPart]++;
      partOf[bestNode] = bestPart;
    }
    return Partition.canonical(partOf, parts);
  }

  /** Moves random nodes out of parts that are too large, as the original does. */
  static Partition rebalancedAtRandom(int[] unbalanced, int parts, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int[] partOf = unbalanced.clone();
    int size = partOf.length / parts;
    int[] sizes = new int[parts];
    Arrays.stream(partOf).forEach(part -> sizes[part]++);
    while (Arrays.stream(sizes).anyMatch(s -> s > size)) {
      int node = random.nextInt(partOf.length);
      int small =
          IntStream.range(0, parts).filter(part -> sizes[part] < size).findFirst().orElse(0);
      if (sizes[partOf[node]] > size) {
        sizes[partOf[node]]--;
        sizes[small]++;
        partOf[node] = small;
      }
    }
    return Partition.canonical(partOf, parts);
  }

  private static long[] joined(WeightedGraph graph, int[] partOf, int parts, int node) {
    long[] joined = new long[parts];
    for (int at = graph.offsets()[node]; at < graph.offsets()[node + 1]; at++) {
      joined[partOf[graph.neighbours()[at]]] += graph.weights()[at];
    }
    return joined;
  }
}
