package io.sluice.moe.partition;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.SplittableRandom;

/**
 * Cuts a graph in two: coarsen, cut the smallest graph by growing a region from several seeds, then
 * project the cut back and refine it level by level (Karypis and Kumar 1998).
 */
final class Bisection {
  private static final int COARSEST = 60;
  private static final double LEAST_SHRINKING = 0.9;
  private static final int SEEDS = 12;

  private Bisection() {}

  /** One side and what it costs. */
  @SuppressWarnings("ArrayRecordComponent") // internal, never compared
  record Cut(boolean[] first, long weight) {}

  /**
   * Cuts.
   *
   * @param graph nodes of weight 1
   * @param target exact size of the first side
   */
  static Cut of(WeightedGraph graph, int target, SplittableRandom random) {
    int heaviest = (int) Math.max(2, 1.5 * graph.nodeWeight() / COARSEST);
    Deque<WeightedGraph> graphs = new ArrayDeque<>();
    Deque<int[]> maps = new ArrayDeque<>();
    WeightedGraph current = graph;
    while (current.nodes() > COARSEST) {
      Coarsening next = Coarsening.of(current, heaviest, random);
      if (next.graph().nodes() > LEAST_SHRINKING * current.nodes()) {
        break;
      }
      graphs.push(current);
      maps.push(next.coarseOf());
      current = next.graph();
    }
    Cut cut = initial(current, target, graphs.isEmpty(), random);
    while (!graphs.isEmpty()) {
      WeightedGraph finer = graphs.pop();
      boolean[] first = project(cut.first, maps.pop());
      cut = new Cut(first, FiducciaMattheyses.refine(finer, first, target, graphs.isEmpty()));
    }
    return cut;
  }

  private static boolean[] project(boolean[] coarse, int[] coarseOf) {
    boolean[] fine = new boolean[coarseOf.length];
    for (int node = 0; node < fine.length; node++) {
      fine[node] = coarse[coarseOf[node]];
    }
    return fine;
  }

  private static Cut initial(
      WeightedGraph graph, int target, boolean exact, SplittableRandom random) {
    Cut best = null;
    for (int i = 0; i < SEEDS; i++) {
      boolean[] first = grow(graph, target, random.nextInt(graph.nodes()));
      Cut next = new Cut(first, FiducciaMattheyses.refine(graph, first, target, exact));
      if (best == null || next.weight < best.weight) {
        best = next;
      }
    }
    return best;
  }

  /** Adds the node that is joined best to the region until the region is heavy enough. */
  private static boolean[] grow(WeightedGraph graph, int target, int seed) {
    boolean[] first = new boolean[graph.nodes()];
    GainHeap heap = new GainHeap(graph.nodes());
    long[] gains = new long[graph.nodes()];
    for (int node = 0; node < first.length; node++) {
      int from = graph.offsets()[node];
      int to = graph.offsets()[node + 1];
      gains[node] = -Arrays.stream(graph.weights(), from, to).sum();
      heap.add(node, gains[node]);
    }
    long weight = 0;
    int next = seed;
    while (true) {
      long after = weight + graph.nodeWeights()[next];
      if (after - target > target - weight) {
        return first;
      }
      weight = after;
      first[next] = true;
      heap.remove(next);
      for (int at = graph.offsets()[next]; at < graph.offsets()[next + 1]; at++) {
        int other = graph.neighbours()[at];
        if (!first[other]) {
          gains[other] += 2 * graph.weights()[at];
          heap.change(other, gains[other]);
        }
      }
      if (heap.isEmpty()) {
        return first;
      }
      next = heap.first();
    }
  }
}
