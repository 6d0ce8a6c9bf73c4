package io.sluice.moe.partition;

import java.util.Arrays;
import java.util.BitSet;

/**
 * Turns counts of pairs into a sparse graph: nodes are neurons, heavy edges join neurons that fire
 * together.
 */
public final class CoActivationGraph {
  /** Weights are whole numbers from 1 to this: integer arithmetic leaves nothing to rounding. */
  static final int HEAVIEST = 1000;

  /** Added to the count of a neuron: pairs of rare neurons say little. */
  private static final double SMOOTHING = 8;

  private CoActivationGraph() {}

  /** What an edge between neurons i and j weighs; n is a count of tokens. */
  public enum Weighting {
    /** n_ij: as in the original; neurons that fire often are joined to everything. */
    COUNT,
    /** n_ij / √(n_i·n_j): cosine of the two firing vectors. */
    COSINE,
    /** ln(n_ij·n / (n_i·n_j)) if positive, with smoothed n_i and n_j: mutual information. */
    MUTUAL_INFORMATION;

    private double of(CoActivation counts, int i, int j) {
      double pair = counts.together(i, j);
      if (pair == 0) {
        return 0;
      }
      double first = counts.count(i);
      double second = counts.count(j);
      return switch (this) {
        case COUNT -> pair;
        case COSINE -> pair / Math.sqrt(first * second);
        case MUTUAL_INFORMATION ->
            Math.max(
                0, Math.log(pair * counts.tokens() / ((first + SMOOTHING) * (second + SMOOTHING))));
      };
    }
  }

  /** Neighbours kept for each neuron: 64 for F = 2 048, 128 for F = 8 192. */
  public static int defaultNeighbours(int neurons) {
    return Math.min(128, Math.max(32, (int) Math.round(Math.sqrt(2.0 * neurons))));
  }

  /** Keeps the default number of neighbours. */
  public static WeightedGraph of(CoActivation counts, Weighting weighting) {
    return of(counts, weighting, defaultNeighbours(counts.neurons()));
  }

  /**
   * Keeps an edge if it is among the heaviest of either of its ends. A neuron that never fires has
   * no edges.
   *
   * @param neighbours how many edges each neuron may choose, at least 1
   */
  public static WeightedGraph of(CoActivation counts, Weighting weighting, int neighbours) {
    if (neighbours < 1) {
      throw new IllegalArgumentException("a neuron needs at least one neighbour");
    }
    int neurons = counts.neurons();
    BitSet kept = new BitSet(neurons * neurons);
    double[] row = new double[neurons];
    double heaviest = 0;
    for (int i = 0; i < neurons; i++) {
      fillRow(counts, weighting, i, row);
      double floor = Math.max(nthLargest(row, neighbours), Double.MIN_VALUE);
      int left = neighbours;
      for (int pass = 0; pass < 2; pass++) { // above the floor first, then ties by number
        for (int j = 0; j < neurons && left > 0; j++) {
          if (pass == 0 ? row[j] > floor : row[j] == floor) {
            kept.set(i * neurons + j);
            kept.set(j * neurons + i);
            heaviest = Math.max(heaviest, row[j]);
            left--;
          }
        }
      }
    }
    return quantised(counts, weighting, kept, heaviest);
  }

  private static void fillRow(CoActivation counts, Weighting weighting, int i, double[] row) {
    for (int j = 0; j < row.length; j++) {
      row[j] = i == j ? 0 : weighting.of(counts, i, j);
    }
  }

  private static double nthLargest(double[] row, int n) {
    double[] sorted = row.clone();
    Arrays.sort(sorted);
    return sorted[Math.max(0, sorted.length - n)];
  }

  private static WeightedGraph quantised(
      CoActivation counts, Weighting weighting, BitSet kept, double heaviest) {
    int neurons = counts.neurons();
    WeightedGraph.Rows rows = new WeightedGraph.Rows(neurons, kept.cardinality());
    for (int i = 0; i < neurons; i++) {
      int end = (i + 1) * neurons;
      for (int at = kept.nextSetBit(i * neurons);
          at >= 0 && at < end;
          at = kept.nextSetBit(at + 1)) {
        int j = at - i * neurons;
        double weight = weighting.of(counts, Math.min(i, j), Math.max(i, j));
        rows.add(j, Math.max(1, Math.round(HEAVIEST * weight / heaviest)));
      }
      rows.endRow();
    }
    int[] nodeWeights = new int[neurons];
    Arrays.fill(nodeWeights, 1);
    return rows.graph(nodeWeights);
  }
}
