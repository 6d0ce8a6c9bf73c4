package io.sluice.moe.partition;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Clusters neurons into experts of equal size so that little inertia (squared distance to the mean)
 * remains. Each round assigns exactly: no other assignment to the same means has less inertia (the
 * scheme of Bradley, Bennett and Demiriz 2000). Centres come from k-means++ and a few rounds
 * without balance; the best of several restarts is kept.
 *
 * <p>Immutable and thread-safe; the same seed gives the same partition.
 */
public final class BalancedKMeans {
  private static final int DEFAULT_RESTARTS = 10;
  private static final int FREE_ROUNDS = 15;
  private static final int MOST_ROUNDS = 60;
  private static final double LEAST_IMPROVEMENT = 1e-6;

  private final int restarts;

  /** Restarts a few times. */
  public BalancedKMeans() {
    this(DEFAULT_RESTARTS);
  }

  /**
   * Trades time for quality.
   *
   * @param restarts how often to begin from new centres, at least 1
   */
  public BalancedKMeans(int restarts) {
    if (restarts < 1) {
      throw new IllegalArgumentException("at least one start is needed");
    }
    this.restarts = restarts;
  }

  /**
   * Clusters.
   *
   * @throws IllegalArgumentException if the number of clusters does not divide the number of rows
   */
  public Partition cut(NeuronFeatures features, int clusters, long seed) {
    Partition.requireDivisible(features.neurons(), clusters);
    SplittableRandom random = new SplittableRandom(seed);
    Partition best = null;
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i < restarts; i++) {
      int[] found = new Run(features, clusters, random.split()).run();
      Partition next = Partition.canonical(found, clusters);
      double inertia = PartitionQuality.inertia(features, next);
      if (best == null || inertia < least) {
        best = next;
        least = inertia;
      }
    }
    return best;
  }

  /**
   * Squared distances.
   *
   * @param centres shape (clusters, width)
   * @return shape (F, clusters)
   */
  static double[] distances(NeuronFeatures features, double[] centres, int clusters) {
    int width = features.width();
    double[] columns = new double[centres.length]; // (width, clusters)
    double[] squares = new double[clusters];
    for (int cluster = 0; cluster < clusters; cluster++) {
      for (int k = 0; k < width; k++) {
        double value = centres[cluster * width + k];
        columns[k * clusters + cluster] = value;
        squares[cluster] += value * value;
      }
    }
    double[] result = new double[features.neurons() * clusters];
    double[] products = new double[clusters];
    for (int neuron = 0; neuron < features.neurons(); neuron++) {
      Arrays.fill(products, 0);
      double square = 0;
      for (int k = 0; k < width; k++) {
        double value = features.value(neuron, k);
        square += value * value;
        int row = k * clusters;
        for (int cluster = 0; cluster < clusters; cluster++) {
          products[cluster] += value * columns[row + cluster];
        }
      }
      for (int cluster = 0; cluster < clusters; cluster++) {
        result[neuron * clusters + cluster] =
            Math.max(0, square - 2 * products[cluster] + squares[cluster]);
      }
    }
    return result;
  }

  /** From one set of centres to rest. */
  private static final class Run {
    private final NeuronFeatures features;
    private final int clusters;
    private final double[] centres; // (clusters, width)
    private final SplittableRandom random;

    Run(NeuronFeatures features, int clusters, SplittableRandom random) {
      this.features = features;
      this.clusters = clusters;
      this.centres = new double[clusters * features.width()];
      this.random = random;
    }

    int[] run() {
      seed();
      int[] assigned = null;
      for (int round = 0; round < FREE_ROUNDS; round++) {
        int[] next = nearest(distances(features, centres, clusters));
        if (Arrays.equals(next, assigned)) {
          break;
        }
        assigned = next;
        moveCentres(assigned);
      }
      double before = Double.POSITIVE_INFINITY;
      for (int round = 0; round < MOST_ROUNDS; round++) {
        double[] costs = distances(features, centres, clusters);
        assigned = BalancedAssignment.assign(costs, features.neurons(), clusters);
        double inertia = 0;
        for (int neuron = 0; neuron < assigned.length; neuron++) {
          inertia += costs[neuron * clusters + assigned[neuron]];
        }
        if (before - inertia <= LEAST_IMPROVEMENT * inertia) {
          break;
        }
        before = inertia;
        moveCentres(assigned);
      }
      return assigned;
    }

    /** k-means++: each next centre is a row, more likely the farther it is from the others. */
    private void seed() {
      int neurons = features.neurons();
      double[] far = new double[neurons];
      Arrays.fill(far, Double.POSITIVE_INFINITY);
      int chosen = random.nextInt(neurons);
      for (int cluster = 0; cluster < clusters; cluster++) {
        double sum = 0;
        for (int k = 0; k < features.width(); k++) {
          centres[cluster * features.width() + k] = features.value(chosen, k);
        }
        for (int neuron = 0; neuron < neurons; neuron++) {
          far[neuron] = Math.min(far[neuron], squaredDistance(neuron, chosen));
          sum += far[neuron];
        }
        chosen = draw(far, random.nextDouble() * sum);
      }
    }

    private double squaredDistance(int a, int b) {
      double sum = 0;
      for (int k = 0; k < features.width(); k++) {
        double difference = (double) features.value(a, k) - features.value(b, k);
        sum += difference * difference;
      }
      return sum;
    }

    private static int draw(double[] weights, double position) {
      double left = position;
      for (int i = 0; i < weights.length; i++) {
        left -= weights[i];
        if (left < 0) {
          return i;
        }
      }
      return weights.length - 1;
    }

    private int[] nearest(double[] costs) {
      int[] assigned = new int[features.neurons()];
      for (int neuron = 0; neuron < assigned.length; neuron++) {
        int row = neuron * clusters;
        for (int cluster = 1; cluster < clusters; cluster++) {
          if (costs[row + cluster] < costs[row + assigned[neuron]]) {
            assigned[neuron] = cluster;
          }
        }
      }
      return assigned;
    }

    /** To the means; a centre without rows stays. */
    private void moveCentres(int[] assigned) {
      int width = features.width();
      int[] sizes = new int[clusters];
      double[] sums = new double[centres.length];
      for (int neuron = 0; neuron < assigned.length; neuron++) {
        sizes[assigned[neuron]]++;
        int row = assigned[neuron] * width;
        for (int k = 0; k < width; k++) {
          sums[row + k] += features.value(neuron, k);
        }
      }
      for (int cluster = 0; cluster < clusters; cluster++) {
        for (int k = 0; sizes[cluster] > 0 && k < width; k++) {
          centres[cluster * width + k] = sums[cluster * width + k] / sizes[cluster];
        }
      }
    }
  }
}
