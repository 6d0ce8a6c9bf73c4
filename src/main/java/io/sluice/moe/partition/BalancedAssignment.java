package io.sluice.moe.partition;

import java.util.Arrays;

/**
 * Assigns points to clusters of equal size at least cost: a transportation problem, solved exactly
 * (up to rounding of doubles) by successive shortest paths.
 *
 * <p>Every point begins in its cheapest cluster. While a cluster is too full, the cheapest chain of
 * moves to one with room is taken; a step of a chain moves the point that loses least. Chains are
 * paths in a graph of the clusters only, so a chain costs about N² + F steps.
 */
final class BalancedAssignment {
  private final double[] costs; // (points, clusters)
  private final int points;
  private final int clusters;
  private final int[] clusterOf;
  private final int[] sizes;
  private final double[] steps; // (clusters, clusters): least cost of a move
  private final int[] movers; // (clusters, clusters): the point that makes it
  private final double[] potentials;
  private final double[] distances;
  private final int[] before;

  private BalancedAssignment(double[] costs, int points, int clusters) {
    this.costs = costs;
    this.points = points;
    this.clusters = clusters;
    this.clusterOf = new int[points];
    this.sizes = new int[clusters];
    this.steps = new double[clusters * clusters];
    this.movers = new int[clusters * clusters];
    this.potentials = new double[clusters];
    this.distances = new double[clusters];
    this.before = new int[clusters];
  }

  /**
   * Assigns.
   *
   * @param costs shape (points, clusters), finite
   * @return shape (points): the cluster of each, every cluster points/clusters times
   */
  static int[] assign(double[] costs, int points, int clusters) {
    Partition.requireDivisible(points, clusters);
    return new BalancedAssignment(costs, points, clusters).run();
  }

  private int[] run() {
    for (int point = 0; point < points; point++) {
      for (int cluster = 1; cluster < clusters; cluster++) {
        if (cost(point, cluster) < cost(point, clusterOf[point])) {
          clusterOf[point] = cluster;
        }
      }
      sizes[clusterOf[point]]++;
    }
    for (int cluster = 0; cluster < clusters; cluster++) {
      findSteps(cluster);
    }
    int capacity = points / clusters;
    while (true) {
      if (Arrays.stream(sizes).allMatch(size -> size <= capacity)) {
        return clusterOf;
      }
      findPaths(capacity);
      int end = -1;
      for (int cluster = 0; cluster < clusters; cluster++) {
        potentials[cluster] += distances[cluster];
        if (sizes[cluster] < capacity && (end < 0 || potentials[cluster] < potentials[end])) {
          end = cluster;
        }
      }
      shift(end);
    }
  }

  private double cost(int point, int cluster) {
    return costs[point * clusters + cluster];
  }

  /** The cheapest move from a cluster to each other one. */
  private void findSteps(int from) {
    int row = from * clusters;
    Arrays.fill(steps, row, row + clusters, Double.POSITIVE_INFINITY);
    for (int point = 0; point < points; point++) {
      if (clusterOf[point] != from) {
        continue;
      }
      double here = cost(point, from);
      for (int to = 0; to < clusters; to++) {
        double step = cost(point, to) - here;
        if (step < steps[row + to]) {
          steps[row + to] = step;
          movers[row + to] = point;
        }
      }
    }
  }

  /**
   * Shortest paths from any cluster that is too full (Dijkstra). Lengths are reduced by the
   * potentials, so none is negative but for rounding.
   */
  private void findPaths(int capacity) {
    boolean[] done = new boolean[clusters];
    for (int cluster = 0; cluster < clusters; cluster++) {
      boolean tooFull = sizes[cluster] > capacity;
      distances[cluster] = tooFull ? Math.max(0, -potentials[cluster]) : Double.POSITIVE_INFINITY;
      before[cluster] = -1;
    }
    for (int round = 0; round < clusters; round++) {
      int nearest = -1;
      for (int cluster = 0; cluster < clusters; cluster++) {
        if (!done[cluster] && (nearest < 0 || distances[cluster] < distances[nearest])) {
          nearest = cluster;
        }
      }
      done[nearest] = true;
      for (int to = 0; to < clusters; to++) {
        double reduced = steps[nearest * clusters + to] + potentials[nearest] - potentials[to];
        double distance = distances[nearest] + Math.max(0, reduced);
        if (!done[to] && distance < distances[to]) {
          distances[to] = distance;
          before[to] = nearest;
        }
      }
    }
  }

  /** Moves one point along each step of the path that ends here. */
  private void shift(int end) {
    sizes[end]++;
    int to = end;
    while (before[to] >= 0) {
      clusterOf[movers[before[to] * clusters + to]] = to;
      to = before[to];
    }
    sizes[to]--;
    for (int cluster = end; cluster >= 0; cluster = before[cluster]) {
      findSteps(cluster);
    }
  }
}
