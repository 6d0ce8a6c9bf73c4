package io.sluice.moefy;

import io.sluice.moe.partition.CapturedMassRefinement;
import io.sluice.moe.partition.Partition;
import io.sluice.moe.partition.PartitionMethod;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * How the neurons of one layer are cut into experts.
 *
 * @param experts N
 * @param order shape (F): the neurons expert by expert, the experts with the largest mean
 *     contribution first, ascending within each
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
record LayerCut(int experts, int[] order) {
  private static final int PROPOSALS = 100; // swaps to try for each neuron

  /** Cuts by a method, then swaps neurons so that the best experts of a token hold more. */
  static LayerCut of(NeuronStatistics statistics, PartitionMethod method, int experts, long seed) {
    Partition partition = partition(statistics, method, refinable(method), experts, seed);
    return new LayerCut(experts, hotFirst(partition, statistics.meanContributions()));
  }

  /** Cuts by a method, with the swaps that follow or without. */
  static Partition partition(
      NeuronStatistics statistics,
      PartitionMethod method,
      boolean refined,
      int experts,
      long seed) {
    Partition cut = method.cut(statistics.observations(), experts, seed);
    return refined
        ? new CapturedMassRefinement(PROPOSALS * statistics.meanContributions().length)
            .refine(cut, statistics.sample(), seed)
        : cut;
  }

  /** The random cut is a control: it stays as it is. */
  private static boolean refinable(PartitionMethod method) {
    return method != PartitionMethod.RANDOM;
  }

  private static int[] hotFirst(Partition partition, double[] contributions) {
    double[] heat = new double[partition.experts()];
    for (int neuron = 0; neuron < contributions.length; neuron++) {
      heat[partition.expertOf(neuron)] += contributions[neuron];
    }
    return IntStream.range(0, heat.length)
        .boxed()
        .sorted(Comparator.comparingDouble(expert -> -heat[expert]))
        .flatMapToInt(expert -> Arrays.stream(partition.members(expert)))
        .toArray();
  }
}
