package io.sluice.moe.partition;

/** What a partition costs by each of the measures that a method minimises. Pure functions. */
public final class PartitionQuality {
  private PartitionQuality() {}

  /** Weight of the edges between experts; less is better. */
  public static long cutWeight(WeightedGraph graph, Partition partition) {
    return graph.edgeWeight() - withinWeight(graph, partition);
  }

  /** Weight of the edges within experts. */
  public static long withinWeight(WeightedGraph graph, Partition partition) {
    requireSame(graph.nodes(), partition);
    long sum = 0;
    for (int node = 0; node < graph.nodes(); node++) {
      for (int at = graph.offsets()[node]; at < graph.offsets()[node + 1]; at++) {
        if (partition.expertOf(node) == partition.expertOf(graph.neighbours()[at])) {
          sum += graph.weights()[at];
        }
      }
    }
    return sum / 2;
  }

  /** Sum of the squared distances of the neurons to the mean of their expert; less is better. */
  public static double inertia(NeuronFeatures features, Partition partition) {
    requireSame(features.neurons(), partition);
    int width = features.width();
    double[] means = new double[partition.experts() * width];
    for (int neuron = 0; neuron < features.neurons(); neuron++) {
      for (int k = 0; k < width; k++) {
        means[partition.expertOf(neuron) * width + k] += features.value(neuron, k);
      }
    }
    double sum = 0;
    for (int neuron = 0; neuron < features.neurons(); neuron++) {
      for (int k = 0; k < width; k++) {
        double mean = means[partition.expertOf(neuron) * width + k] / partition.expertSize();
        double difference = features.value(neuron, k) - mean;
        sum += difference * difference;
      }
    }
    return sum;
  }

  private static void requireSame(int neurons, Partition partition) {
    if (neurons != partition.neurons()) {
      throw new IllegalArgumentException(
          "the partition is of %d neurons instead of %d".formatted(partition.neurons(), neurons));
    }
  }
}
