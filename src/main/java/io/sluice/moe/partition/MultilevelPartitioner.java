package io.sluice.moe.partition;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Cuts a graph into parts of exactly equal size so that little weight is cut: recursive multilevel
 * bisection and annealing between all parts, from several starts, then exchanges.
 *
 * <p>Each start is a whole cut. Choosing the best of several cuts at each bisection would be
 * greedy: where a few neurons are joined to everything, the best first bisection leads to worse
 * parts.
 *
 * <p>G. Karypis and V. Kumar, A fast and high quality multilevel scheme for partitioning irregular
 * graphs, SIAM Journal on Scientific Computing 20(1), 1998. C. M. Fiduccia and R. M. Mattheyses, A
 * linear-time heuristic for improving network partitions, 19th Design Automation Conference, 1982.
 *
 * <p>Any number of parts that divides the number of nodes will do, not only powers of two.
 * Immutable and thread-safe; the same seed gives the same partition.
 */
public final class MultilevelPartitioner {
  private static final int DEFAULT_STARTS = 8;

  private final int starts;

  /** Starts a few times. */
  public MultilevelPartitioner() {
    this(DEFAULT_STARTS);
  }

  /**
   * Trades time for quality.
   *
   * @param starts how many cuts are made, of which the best is refined, at least 1
   */
  public MultilevelPartitioner(int starts) {
    if (starts < 1) {
      throw new IllegalArgumentException("at least one start is needed");
    }
    this.starts = starts;
  }

  /**
   * Cuts.
   *
   * @param graph all nodes of weight 1
   * @throws IllegalArgumentException if the number of parts does not divide the number of nodes
   */
  public Partition cut(WeightedGraph graph, int parts, long seed) {
    Partition.requireDivisible(graph.nodes(), parts);
    if (graph.heaviestNode() != 1) {
      throw new IllegalArgumentException("all nodes must have weight 1");
    }
    SplittableRandom random = new SplittableRandom(seed);
    int[] best = start(graph, parts, random.split());
    long lightest = PartitionQuality.cutWeight(graph, Partition.canonical(best, parts));
    for (int i = 1; i < starts; i++) {
      int[] next = start(graph, parts, random.split());
      long weight = PartitionQuality.cutWeight(graph, Partition.canonical(next, parts));
      if (weight < lightest) {
        lightest = weight;
        best = next;
      }
    }
    new ExchangeRefinement(graph, best, parts).run();
    return Partition.canonical(best, parts);
  }

  private static int[] start(WeightedGraph graph, int parts, SplittableRandom random) {
    int[] partOf = new int[graph.nodes()];
    int[] all = new int[graph.nodes()];
    for (int node = 0; node < all.length; node++) {
      all[node] = node;
    }
    bisect(graph, all, 0, parts, partOf, random.split());
    return new Annealing(graph, partOf, parts, random.split()).run();
  }

  private static void bisect(
      WeightedGraph graph,
      int[] nodes,
      int firstPart,
      int parts,
      int[] partOf,
      SplittableRandom random) {
    if (parts == 1) {
      for (int node : nodes) {
        partOf[node] = firstPart;
      }
      return;
    }
    int half = parts / 2;
    int target = nodes.length / parts * half;
    Bisection.Cut cut = Bisection.of(graph, target, random.split());
    int[] inside = select(cut.first(), true);
    int[] outside = select(cut.first(), false);
    bisect(graph.between(inside), named(inside, nodes), firstPart, half, partOf, random.split());
    bisect(
        graph.between(outside),
        named(outside, nodes),
        firstPart + half,
        parts - half,
        partOf,
        random.split());
  }

  private static int[] select(boolean[] first, boolean side) {
    int[] selected = new int[first.length];
    int count = 0;
    for (int node = 0; node < first.length; node++) {
      if (first[node] == side) {
        selected[count++] = node;
      }
    }
    return Arrays.copyOf(selected, count);
  }

  private static int[] named(int[] positions, int[] names) {
    int[] named = new int[positions.length];
    for (int i = 0; i < named.length; i++) {
      named[i] = names[positions[i]];
    }
    return named;
  }
}
