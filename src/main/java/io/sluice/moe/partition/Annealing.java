package io.sluice.moe.partition;

import java.util.SplittableRandom;

/**
 * Improves a partition into equal parts by simulated annealing over swaps of two nodes of different
 * parts, which keeps all sizes; the best partition seen is the result. Graphs of neurons have hubs
 * and little geometry, where it finds less cut than moving between neighbouring parts alone.
 *
 * <p>D. S. Johnson, C. R. Aragon, L. A. McGeoch and C. Schevon, Optimization by simulated
 * annealing: an experimental evaluation; part I, graph partitioning, Operations Research 37(6),
 * 1989. Deterministic by the random numbers given. Not thread-safe.
 */
final class Annealing {
  private static final int STEPS = 40;

  /** Swaps proposed at a temperature, for each node. */
  private static final int PROPOSALS = 40;

  /** Temperatures at the beginning and the end, by the mean weight of all edges of a node. */
  private static final double HOTTEST = 0.01;

  private static final double COLDEST = 0.0003;

  private final WeightedGraph graph;
  private final int parts;
  private final int[] partOf;
  private final long[] joined; // (nodes, parts): weight of the edges from a node into a part
  private final SplittableRandom random;

  /** Starts from an assignment, which is left as it is. */
  Annealing(WeightedGraph graph, int[] start, int parts, SplittableRandom random) {
    this.graph = graph;
    this.parts = parts;
    this.partOf = start.clone();
    this.random = random;
    this.joined = new long[Math.multiplyExact(partOf.length, parts)];
    for (int node = 0; node < partOf.length; node++) {
      for (int at = graph.offsets()[node]; at < graph.offsets()[node + 1]; at++) {
        joined[node * parts + partOf[graph.neighbours()[at]]] += graph.weights()[at];
      }
    }
  }

  /** Cools from a temperature at which the structure of the start survives. */
  int[] run() {
    double meanJoined = 2.0 * graph.edgeWeight() / graph.nodes();
    int[] best = partOf.clone();
    if (meanJoined == 0 || parts == 1) {
      return best;
    }
    long change = 0;
    long bestChange = 0;
    int proposals = PROPOSALS * partOf.length;
    for (int step = 0; step < STEPS; step++) {
      double share = step / (STEPS - 1.0);
      double temperature = meanJoined * HOTTEST * Math.pow(COLDEST / HOTTEST, share);
      for (int i = 0; i < proposals; i++) {
        change -= propose(temperature);
      }
      if (change < bestChange) {
        bestChange = change;
        best = partOf.clone();
      }
    }
    return best;
  }

  /** By how much the cut fell; 0 when the swap was not made. */
  private long propose(double temperature) {
    int a = random.nextInt(partOf.length);
    int b = random.nextInt(partOf.length);
    int partA = partOf[a];
    int partB = partOf[b];
    if (partA == partB) {
      return 0;
    }
    long gain =
        joined[a * parts + partB]
            - joined[a * parts + partA]
            + joined[b * parts + partA]
            - joined[b * parts + partB];
    double floor = temperature * Math.log(1 - random.nextDouble()); // negative
    if (gain < floor) {
      return 0;
    }
    gain -= 2 * graph.weight(a, b);
    if (gain < floor) {
      return 0;
    }
    move(a, partB);
    move(b, partA);
    return gain;
  }

  private void move(int node, int target) {
    int origin = partOf[node];
    partOf[node] = target;
    for (int at = graph.offsets()[node]; at < graph.offsets()[node + 1]; at++) {
      int row = graph.neighbours()[at] * parts;
      joined[row + origin] -= graph.weights()[at];
      joined[row + target] += graph.weights()[at];
    }
  }
}
