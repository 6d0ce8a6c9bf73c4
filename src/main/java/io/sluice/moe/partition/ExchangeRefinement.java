package io.sluice.moe.partition;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Improves a partition into equal parts by cyclic exchanges: a node moves to another part, a node
 * of that part moves on, and so on, until one moves into the part that the first one left. The
 * shortest exchange is a swap. Sizes stay as they are. Not thread-safe.
 */
final class ExchangeRefinement {
  private static final int MOST_SWEEPS = 20;
  private static final int LONGEST_CHAIN = 5;
  private static final int TARGETS = 3;

  private final WeightedGraph graph;
  private final int[] partOf;
  private final int parts;
  private final long[] joined; // (nodes, parts): weight of the edges from a node into a part
  private final int[][] members; // of each part, in any order; one place more than needed
  private final int[] sizes;
  private final int[] places; // of each node within its part
  private final int[] chainNodes = new int[LONGEST_CHAIN + 1];
  private final int[] chainOrigins = new int[LONGEST_CHAIN + 1];
  private int chainLength;

  /** Takes an assignment, which {@link #run} changes in place. */
  ExchangeRefinement(WeightedGraph graph, int[] partOf, int parts) {
    this.graph = graph;
    this.partOf = partOf;
    this.parts = parts;
    this.joined = new long[Math.multiplyExact(partOf.length, parts)];
    this.members = new int[parts][partOf.length / parts + 1];
    this.sizes = new int[parts];
    this.places = new int[partOf.length];
    for (int node = 0; node < partOf.length; node++) {
      enter(node, partOf[node]);
      for (int at = graph.offsets()[node]; at < graph.offsets()[node + 1]; at++) {
        joined[node * parts + partOf[graph.neighbours()[at]]] += graph.weights()[at];
      }
    }
  }

  /**
   * Sweeps until nothing improves.
   *
   * @return by how much the cut weight fell
   */
  long run() {
    long total = 0;
    if (parts == 1) {
      return total;
    }
    for (int sweep = 0; sweep < MOST_SWEEPS; sweep++) {
      long gained = sweep();
      if (gained == 0) {
        break;
      }
      total += gained;
    }
    return total;
  }

  private long sweep() {
    List<Integer> order =
        IntStream.range(0, partOf.length)
            .boxed()
            .sorted(Comparator.comparingLong(node -> -gain(node, bestTarget(node, -1))))
            .toList();
    long gained = 0;
    for (int node : order) {
      gained += improve(node);
    }
    return gained;
  }

  /** Tries chains that begin with this node. */
  private long improve(int node) {
    int[] targets = bestTargets(node);
    for (int target : targets) {
      long gain = chain(node, target);
      if (gain > 0) {
        return gain;
      }
    }
    return 0;
  }

  private long chain(int node, int target) {
    int origin = partOf[node];
    chainLength = 0;
    long gain = step(node, target);
    while (true) {
      int current = partOf[chainNodes[chainLength - 1]];
      int closing = bestLeaving(current, origin);
      if (closing < 0) {
        break;
      }
      if (gain + gain(closing, origin) > 0) {
        return gain + step(closing, origin);
      }
      if (chainLength == LONGEST_CHAIN || parts == 2) {
        break;
      }
      int leaving = bestLeaving(current, -1);
      gain += step(leaving, bestTarget(leaving, origin));
    }
    while (chainLength > 0) {
      chainLength--;
      move(chainNodes[chainLength], chainOrigins[chainLength]);
    }
    return 0;
  }

  /** The node of a part that loses least by leaving to the target; −1: to any other part. */
  private int bestLeaving(int part, int target) {
    int best = -1;
    long bestGain = Long.MIN_VALUE;
    for (int i = 0; i < sizes[part]; i++) {
      int node = members[part][i];
      if (inChain(node)) {
        continue;
      }
      long gain = gain(node, target < 0 ? bestTarget(node, -1) : target);
      if (gain > bestGain || (gain == bestGain && node < best)) {
        bestGain = gain;
        best = node;
      }
    }
    return best;
  }

  private boolean inChain(int node) {
    for (int i = 0; i < chainLength; i++) {
      if (chainNodes[i] == node) {
        return true;
      }
    }
    return false;
  }

  /** By how much the cut falls if the node moves. */
  private long gain(int node, int target) {
    return joined[node * parts + target] - joined[node * parts + partOf[node]];
  }

  private int bestTarget(int node, int excluded) {
    int best = -1;
    for (int part = 0; part < parts; part++) {
      if (part != partOf[node]
          && part != excluded
          && (best < 0 || joined[node * parts + part] > joined[node * parts + best])) {
        best = part;
      }
    }
    return best;
  }

  private int[] bestTargets(int node) {
    return IntStream.range(0, parts)
        .filter(part -> part != partOf[node])
        .boxed()
        .sorted(Comparator.comparingLong(part -> -joined[node * parts + part]))
        .limit(TARGETS)
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private long step(int node, int target) {
    long gain = gain(node, target);
    chainNodes[chainLength] = node;
    chainOrigins[chainLength++] = partOf[node];
    move(node, target);
    return gain;
  }

  private void move(int node, int target) {
    int origin = partOf[node];
    for (int at = graph.offsets()[node]; at < graph.offsets()[node + 1]; at++) {
      int row = graph.neighbours()[at] * parts;
      joined[row + origin] -= graph.weights()[at];
      joined[row + target] += graph.weights()[at];
    }
    int last = members[origin][--sizes[origin]];
    members[origin][places[node]] = last;
    places[last] = places[node];
    enter(node, target);
  }

  private void enter(int node, int part) {
    partOf[node] = part;
    places[node] = sizes[part];
    members[part][sizes[part]++] = node;
  }
}
