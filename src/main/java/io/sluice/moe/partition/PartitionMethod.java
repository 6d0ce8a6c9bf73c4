package io.sluice.moe.partition;

import io.sluice.moe.partition.CoActivationGraph.Weighting;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The ways to cut. */
public enum PartitionMethod implements Partitioner {
  /** At random: the control. */
  RANDOM {
    @Override
    public Partition cut(NeuronObservations layer, int experts, long seed) {
      return RandomPartition.cut(layer.neurons(), experts, seed);
    }
  },
  /** Balanced k-means on the rows of W1, each of length 1. */
  K_MEANS {
    @Override
    public Partition cut(NeuronObservations layer, int experts, long seed) {
      return new BalancedKMeans().cut(layer.weights().normalised(), experts, seed);
    }
  },
  /** The same with the bias as one more number of each row. */
  K_MEANS_BIAS {
    @Override
    public Partition cut(NeuronObservations layer, int experts, long seed) {
      return new BalancedKMeans().cut(withBias(layer).normalised(), experts, seed);
    }
  },
  /** Balanced k-means on rows of W1 and firing signatures, both of length 1. */
  K_MEANS_SIGNATURE {
    @Override
    public Partition cut(NeuronObservations layer, int experts, long seed) {
      NeuronFeatures joined = layer.weights().normalised().append(signatures(layer, seed), 1);
      return new BalancedKMeans().cut(joined, experts, seed);
    }
  },
  /** Balanced k-means on firing signatures alone. */
  SIGNATURE {
    @Override
    public Partition cut(NeuronObservations layer, int experts, long seed) {
      return new BalancedKMeans().cut(signatures(layer, seed), experts, seed);
    }
  },
  /** Multilevel partition of the co-activation graph, edges weighted by count. */
  CO_ACTIVATION {
    @Override
    public Partition cut(NeuronObservations layer, int experts, long seed) {
      return multilevel(layer, Weighting.COUNT, experts, seed);
    }
  },
  /** The same, edges weighted by the cosine of firing vectors. */
  CO_ACTIVATION_COSINE {
    @Override
    public Partition cut(NeuronObservations layer, int experts, long seed) {
      return multilevel(layer, Weighting.COSINE, experts, seed);
    }
  },
  /** The same, edges weighted by positive pointwise mutual information. */
  CO_ACTIVATION_PMI {
    @Override
    public Partition cut(NeuronObservations layer, int experts, long seed) {
      return multilevel(layer, Weighting.MUTUAL_INFORMATION, experts, seed);
    }
  };

  /** The name on the command line and in files, for example {@code k-means-bias}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The method of a name.
   *
   * @throws IllegalArgumentException if there is none; the message lists the names
   */
  public static PartitionMethod of(String label) {
    return Arrays.stream(values())
        .filter(method -> method.label().equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no way to cut is called %s; there are %s"
                        .formatted(
                            label,
                            Arrays.stream(values())
                                .map(PartitionMethod::label)
                                .collect(Collectors.joining(", ")))));
  }

  private static NeuronFeatures withBias(NeuronObservations layer) {
    return layer.weights().append(new NeuronFeatures(layer.bias(), layer.neurons(), 1), 1);
  }

  private static NeuronFeatures signatures(NeuronObservations layer, long seed) {
    return FiringSignatures.of(layer.sample(), FiringSignatures.DEFAULT_WIDTH, seed);
  }

  private static Partition multilevel(
      NeuronObservations layer, Weighting weighting, int experts, long seed) {
    WeightedGraph graph = CoActivationGraph.of(layer.coActivation(), weighting);
    return new MultilevelPartitioner().cut(graph, experts, seed);
  }
}
