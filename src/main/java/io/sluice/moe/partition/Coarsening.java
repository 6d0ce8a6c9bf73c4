package io.sluice.moe.partition;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * One step from a graph to a smaller one: pairs of nodes that are joined by heavy edges become one
 * node (heavy-edge matching, Karypis and Kumar 1998).
 *
 * @param graph the smaller graph
 * @param coarseOf shape (nodes of the larger graph): the node of the smaller graph that each became
 */
@SuppressWarnings("ArrayRecordComponent") // internal, never compared
record Coarsening(WeightedGraph graph, int[] coarseOf) {

  /**
   * Matches and contracts.
   *
   * @param heaviest most weight of a node of the smaller graph
   */
  static Coarsening of(WeightedGraph graph, int heaviest, SplittableRandom random) {
    int[] partner = match(graph, heaviest, random);
    int[] coarseOf = new int[partner.length];
    int[] head = new int[partner.length];
    int count = 0;
    for (int node = 0; node < partner.length; node++) {
      if (node <= partner[node]) {
        head[count] = node;
        coarseOf[node] = count;
        coarseOf[partner[node]] = count++;
      }
    }
    return new Coarsening(contract(graph, partner, coarseOf, Arrays.copyOf(head, count)), coarseOf);
  }

  private static int[] match(WeightedGraph graph, int heaviest, SplittableRandom random) {
    int nodes = graph.nodes();
    int[] partner = new int[nodes];
    Arrays.fill(partner, -1);
    for (int node : byDegree(graph, random)) {
      if (partner[node] < 0) {
        int best = heaviestFree(graph, node, partner, heaviest);
        if (best >= 0) {
          partner[node] = best;
          partner[best] = node;
        }
      }
    }
    matchLeftOver(graph, partner, heaviest);
    for (int node = 0; node < nodes; node++) {
      if (partner[node] < 0) {
        partner[node] = node;
      }
    }
    return partner;
  }

  /** Nodes of low degree have little choice and come first; equal ones in random order. */
  private static int[] byDegree(WeightedGraph graph, SplittableRandom random) {
    long[] keys = new long[graph.nodes()];
    for (int node = 0; node < keys.length; node++) {
      long degree = Math.min(graph.degree(node), 1 << 20);
      keys[node] = degree << 42 | (long) random.nextInt(1 << 16) << 26 | node;
    }
    Arrays.sort(keys);
    return Arrays.stream(keys).mapToInt(key -> (int) (key & ((1 << 26) - 1))).toArray();
  }

  private static int heaviestFree(WeightedGraph graph, int node, int[] partner, int heaviest) {
    int best = -1;
    double bestRating = 0;
    for (int at = graph.offsets()[node]; at < graph.offsets()[node + 1]; at++) {
      int other = graph.neighbours()[at];
      if (partner[other] < 0
          && graph.nodeWeights()[node] + graph.nodeWeights()[other] <= heaviest) {
        double rating = graph.weights()[at] / Math.sqrt(graph.nodeWeights()[other]);
        if (rating > bestRating) {
          bestRating = rating;
          best = other;
        }
      }
    }
    return best;
  }

  /** Pairs free nodes whose heaviest edge leads to the same node, and free nodes without edges. */
  private static void matchLeftOver(WeightedGraph graph, int[] partner, int heaviest) {
    int nodes = partner.length;
    int[] waiting = new int[nodes + 1];
    Arrays.fill(waiting, -1);
    for (int node = 0; node < nodes; node++) {
      if (partner[node] >= 0) {
        continue;
      }
      int hub = hub(graph, node);
      int other = waiting[hub];
      if (other >= 0 && graph.nodeWeights()[node] + graph.nodeWeights()[other] <= heaviest) {
        partner[node] = other;
        partner[other] = node;
        waiting[hub] = -1;
      } else {
        waiting[hub] = node;
      }
    }
  }

  private static int hub(WeightedGraph graph, int node) {
    int hub = graph.nodes(); // of nodes without edges
    long best = 0;
    for (int at = graph.offsets()[node]; at < graph.offsets()[node + 1]; at++) {
      if (graph.weights()[at] > best) {
        best = graph.weights()[at];
        hub = graph.neighbours()[at];
      }
    }
    return hub;
  }

  private static WeightedGraph contract(
      WeightedGraph graph, int[] partner, int[] coarseOf, int[] head) {
    int count = head.length;
    int[] nodeWeights = new int[count];
    long[] sums = new long[count];
    int[] touched = new int[count];
    WeightedGraph.Rows rows = new WeightedGraph.Rows(count, graph.neighbours().length);
    for (int coarse = 0; coarse < count; coarse++) {
      int node = head[coarse];
      int found = addRow(graph, node, coarseOf, sums, touched, 0);
      nodeWeights[coarse] = graph.nodeWeights()[node];
      if (partner[node] != node) {
        found = addRow(graph, partner[node], coarseOf, sums, touched, found);
        nodeWeights[coarse] += graph.nodeWeights()[partner[node]];
      }
      Arrays.sort(touched, 0, found);
      for (int i = 0; i < found; i++) {
        if (touched[i] != coarse) {
          rows.add(touched[i], sums[touched[i]]);
        }
        sums[touched[i]] = 0;
      }
      rows.endRow();
    }
    return rows.graph(nodeWeights);
  }

  private static int addRow(
      WeightedGraph graph, int node, int[] coarseOf, long[] sums, int[] touched, int before) {
    int found = before;
    for (int at = graph.offsets()[node]; at < graph.offsets()[node + 1]; at++) {
      int coarse = coarseOf[graph.neighbours()[at]];
      if (sums[coarse] == 0) {
        touched[found++] = coarse;
      }
      sums[coarse] += graph.weights()[at];
    }
    return found;
  }
}
