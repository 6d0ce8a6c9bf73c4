package io.sluice.moe.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BalancedKMeansTest {
  private static final int POINTS = 60;
  private static final int CLUSTERS = 5;
  private static final int WIDTH = 3;

  @Test
  void shouldRecoverThePlantedClusters() {
    NeuronFeatures features = clouds(240, 8, 16, 0.15, 4);

    Partition found = new BalancedKMeans().cut(features, 8, 1);

    assertThat(found).isEqualTo(PlantedGraphs.planted(240, 8));
  }

  @Test
  void shouldEndWhereAMinimumCostFlowWouldNotImprove() {
    NeuronFeatures features = clouds(POINTS, CLUSTERS, WIDTH, 0.8, 4);

    Partition found = new BalancedKMeans().cut(features, CLUSTERS, 1);

    double[] costs = BalancedKMeans.distances(features, means(features, found), CLUSTERS);
    double inertia = PartitionQuality.inertia(features, found);
    assertThat(MinimumCostFlow.cost(costs, POINTS, CLUSTERS)).isCloseTo(inertia, within(1e-6));
  }

  @Test
  void shouldHaveNoMoreInertiaThanWhenAssignedByMinimumCostFlow() {
    for (int data = 0; data < 5; data++) {
      NeuronFeatures features = clouds(POINTS, CLUSTERS, WIDTH, 0.8, data);

      Partition found = new BalancedKMeans(20).cut(features, CLUSTERS, 1);

      double reference = Double.POSITIVE_INFINITY;
      for (int start = 0; start < 5; start++) {
        reference = Math.min(reference, byMinimumCostFlow(features, start));
      }
      assertThat(PartitionQuality.inertia(features, found))
          .isLessThanOrEqualTo(reference * (1 + 1e-9));
    }
  }

  @Test
  void shouldCutTheSameWhenTheSeedIsTheSame() {
    NeuronFeatures features = clouds(120, 6, 8, 0.9, 2);

    Partition first = new BalancedKMeans().cut(features, 6, 9);
    Partition second = new BalancedKMeans().cut(features, 6, 9);

    assertThat(second).isEqualTo(first);
  }

  @Test
  void shouldHaveLessInertiaThanAtRandom() {
    NeuronFeatures features = clouds(120, 6, 8, 0.9, 2);
    double found = PartitionQuality.inertia(features, new BalancedKMeans().cut(features, 6, 9));

    for (int seed = 0; seed < 10; seed++) {
      Partition random = RandomPartition.cut(120, 6, seed);
      assertThat(found).isLessThan(0.9 * PartitionQuality.inertia(features, random));
    }
  }

  @Test
  void shouldBalanceWhenAllRowsAreEqual() {
    NeuronFeatures features = new NeuronFeatures(new float[24], 12, 2);

    assertThat(new BalancedKMeans().cut(features, 4, 1).expertSize()).isEqualTo(3);
  }

  /** k-means from random rows, each round assigned by the oracle. */
  private static double byMinimumCostFlow(NeuronFeatures features, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] centres = new double[CLUSTERS * WIDTH];
    for (int cluster = 0; cluster < CLUSTERS; cluster++) {
      int row = random.nextInt(POINTS);
      for (int k = 0; k < WIDTH; k++) {
        centres[cluster * WIDTH + k] = features.value(row, k);
      }
    }
    int[] assigned = null;
    while (true) {
      double[] costs = BalancedKMeans.distances(features, centres, CLUSTERS);
      int[] next = MinimumCostFlow.assign(costs, POINTS, CLUSTERS);
      if (Arrays.equals(next, assigned)) {
        return PartitionQuality.inertia(features, new Partition(assigned, CLUSTERS));
      }
      assigned = next;
      centres = means(features, new Partition(assigned, CLUSTERS));
    }
  }

  private static double[] means(NeuronFeatures features, Partition partition) {
    double[] means = new double[partition.experts() * features.width()];
    for (int neuron = 0; neuron < features.neurons(); neuron++) {
      for (int k = 0; k < features.width(); k++) {
        means[partition.expertOf(neuron) * features.width() + k] +=
            (double) features.value(neuron, k) / partition.expertSize();
      }
    }
    return means;
  }

  /** Row {@code v} lies around centre {@code v % clusters}. */
  private static NeuronFeatures clouds(
      int points, int clusters, int width, double spread, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] centres = random.doubles((long) clusters * width, -1, 1).toArray();
    float[] values = new float[points * width];
    for (int i = 0; i < values.length; i++) {
      int centre = i / width % clusters * width + i % width;
      values[i] = (float) (centres[centre] + spread * random.nextDouble(-1, 1));
    }
    return new NeuronFeatures(values, points, width);
  }
}
