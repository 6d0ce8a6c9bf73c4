package io.sluice.moe.partition;

import java.util.Arrays;

/**
 * An undirected graph with weights of edges and nodes, as compressed rows: the neighbours of node v
 * are {@code neighbours[offsets[v]]} to {@code neighbours[offsets[v + 1] - 1]}, ascending; every
 * edge stands in both rows. Treated as immutable; nobody writes to the arrays.
 *
 * @param offsets shape (nodes + 1)
 * @param neighbours shape (2 × edges)
 * @param weights shape (2 × edges), positive
 * @param nodeWeights shape (nodes), positive
 */
@SuppressWarnings("ArrayRecordComponent") // large and read-only, never compared
public record WeightedGraph(int[] offsets, int[] neighbours, long[] weights, int[] nodeWeights) {

  /** Number of nodes. */
  public int nodes() {
    return nodeWeights.length;
  }

  /** Number of edges, each counted once. */
  public int edges() {
    return neighbours.length / 2;
  }

  /** Sum of the weights of all edges. */
  public long edgeWeight() {
    return Arrays.stream(weights).sum() / 2;
  }

  /** Sum of the weights of all nodes. */
  public long nodeWeight() {
    return Arrays.stream(nodeWeights).asLongStream().sum();
  }

  int heaviestNode() {
    return Arrays.stream(nodeWeights).max().orElse(0);
  }

  int degree(int node) {
    return offsets[node + 1] - offsets[node];
  }

  /** The weight of an edge, 0 if there is none. */
  public long weight(int a, int b) {
    int at = Arrays.binarySearch(neighbours, offsets[a], offsets[a + 1], b);
    return at < 0 ? 0 : weights[at];
  }

  /** The graph between these nodes, renumbered in this order; {@code nodes} must ascend. */
  WeightedGraph between(int[] nodes) {
    int[] names = new int[nodes()];
    Arrays.fill(names, -1);
    int[] partWeights = new int[nodes.length];
    for (int i = 0; i < nodes.length; i++) {
      names[nodes[i]] = i;
      partWeights[i] = nodeWeights[nodes[i]];
    }
    Rows rows = new Rows(nodes.length, neighbours.length);
    for (int node : nodes) {
      for (int at = offsets[node]; at < offsets[node + 1]; at++) {
        if (names[neighbours[at]] >= 0) {
          rows.add(names[neighbours[at]], weights[at]);
        }
      }
      rows.endRow();
    }
    return rows.graph(partWeights);
  }

  /** Collects rows one after the other. Not thread-safe. */
  static final class Rows {
    private final int[] offsets;
    private int[] neighbours;
    private long[] weights;
    private int row;
    private int count;

    /**
     * An empty graph.
     *
     * @param expected about how many entries will come
     */
    Rows(int nodes, int expected) {
      offsets = new int[nodes + 1];
      neighbours = new int[Math.max(16, expected)];
      weights = new long[neighbours.length];
    }

    /** Adds an entry to the current row; neighbours must ascend. */
    void add(int neighbour, long weight) {
      if (count == neighbours.length) {
        neighbours = Arrays.copyOf(neighbours, count * 2);
        weights = Arrays.copyOf(weights, count * 2);
      }
      neighbours[count] = neighbour;
      weights[count++] = weight;
    }

    void endRow() {
      offsets[++row] = count;
    }

    WeightedGraph graph(int[] nodeWeights) {
      return new WeightedGraph(
          offsets, Arrays.copyOf(neighbours, count), Arrays.copyOf(weights, count), nodeWeights);
    }
  }
}
