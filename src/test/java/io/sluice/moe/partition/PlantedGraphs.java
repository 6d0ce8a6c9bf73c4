package io.sluice.moe.partition;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Graphs with known parts, and how well a partition agrees with them. */
final class PlantedGraphs {
  private PlantedGraphs() {}

  /**
   * A block model: nodes {@code v} with equal {@code v % parts} belong together.
   *
   * @param inside probability of an edge within a part
   * @param outside probability of an edge between parts
   */
  static WeightedGraph blocks(int nodes, int parts, double inside, double outside, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    long[][] weights = new long[nodes][nodes];
    for (int a = 0; a < nodes; a++) {
      for (int b = a + 1; b < nodes; b++) {
        double probability = a % parts == b % parts ? inside : outside;
        if (random.nextDouble() < probability) {
          weights[a][b] = random.nextInt(1, 101);
          weights[b][a] = weights[a][b];
        }
      }
    }
    return of(weights);
  }

  /** The graph of a symmetric matrix; zeros are no edges. */
  static WeightedGraph of(long[][] weights) {
    WeightedGraph.Rows rows = new WeightedGraph.Rows(weights.length, 16);
    for (int a = 0; a < weights.length; a++) {
      for (int b = 0; b < weights.length; b++) {
        if (a != b && weights[a][b] > 0) {
          rows.add(b, weights[a][b]);
        }
      }
      rows.endRow();
    }
    int[] nodeWeights = new int[weights.length];
    Arrays.fill(nodeWeights, 1);
    return rows.graph(nodeWeights);
  }

  /** The planted parts of {@link #blocks}. */
  static Partition planted(int nodes, int parts) {
    int[] partOf = new int[nodes];
    for (int node = 0; node < nodes; node++) {
      partOf[node] = node % parts;
    }
    return Partition.canonical(partOf, parts);
  }

  /**
   * Adjusted Rand index of Hubert and Arabie: 1 for equal partitions, about 0 for unrelated ones.
   */
  static double adjustedRandIndex(Partition a, Partition b) {
    double[][] table = new double[a.experts()][b.experts()];
    for (int node = 0; node < a.neurons(); node++) {
      table[a.expertOf(node)][b.expertOf(node)]++;
    }
    double both = 0;
    for (double[] row : table) {
      for (double cell : row) {
        both += pairs(cell);
      }
    }
    double first = a.experts() * pairs(a.expertSize());
    double second = b.experts() * pairs(b.expertSize());
    double expected = first * second / pairs(a.neurons());
    return (both - expected) / ((first + second) / 2 - expected);
  }

  private static double pairs(double n) {
    return n * (n - 1) / 2;
  }
}
