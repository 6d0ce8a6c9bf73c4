package io.sluice.moe.partition;

import java.util.Arrays;

/**
 * Balanced assignment as a flow from points to clusters, by Bellman and Ford over all nodes: slow
 * and simple, the oracle.
 */
final class MinimumCostFlow {
  private MinimumCostFlow() {}

  /** Least sum of costs when every cluster gets points/clusters points. */
  static double cost(double[] costs, int points, int clusters) {
    int[] assigned = assign(costs, points, clusters);
    double sum = 0;
    for (int point = 0; point < points; point++) {
      sum += costs[point * clusters + assigned[point]];
    }
    return sum;
  }

  static int[] assign(double[] costs, int points, int clusters) {
    int[] assigned = new int[points];
    Arrays.fill(assigned, -1);
    int[] sizes = new int[clusters];
    for (int source = 0; source < points; source++) {
      augment(costs, points, clusters, assigned, sizes, source);
    }
    return assigned;
  }

  private static void augment(
      double[] costs, int points, int clusters, int[] assigned, int[] sizes, int source) {
    double[] distance = new double[points + clusters];
    int[] before = new int[points + clusters];
    Arrays.fill(distance, Double.POSITIVE_INFINITY);
    distance[source] = 0;
    boolean changed = true;
    while (changed) {
      changed = false;
      for (int point = 0; point < points; point++) {
        for (int cluster = 0; cluster < clusters; cluster++) {
          double cost = costs[point * clusters + cluster];
          int node = points + cluster;
          if (assigned[point] == cluster) {
            if (distance[node] - cost < distance[point] - 1e-12) {
              distance[point] = distance[node] - cost;
              before[point] = node;
              changed = true;
            }
          } else if (distance[point] + cost < distance[node] - 1e-12) {
            distance[node] = distance[point] + cost;
            before[node] = point;
            changed = true;
          }
        }
      }
    }
    int end = -1;
    for (int cluster = 0; cluster < clusters; cluster++) {
      if (sizes[cluster] < points / clusters
          && (end < 0 || distance[points + cluster] < distance[points + end])) {
        end = cluster;
      }
    }
    sizes[end]++;
    int node = points + end;
    while (true) {
      int point = before[node];
      int left = assigned[point];
      assigned[point] = node - points;
      if (point == source) {
        return;
      }
      node = points + left;
    }
  }
}
