package io.sluice.moe.partition;

/**
 * Cuts the neurons of a layer into experts. Thread-safe; the same seed gives the same partition.
 */
@FunctionalInterface
public interface Partitioner {

  /**
   * Cuts.
   *
   * @param experts number of experts N, a divisor of F
   * @throws IllegalArgumentException if N does not divide F
   */
  Partition cut(NeuronObservations layer, int experts, long seed);
}
