package io.sluice.moe.partition;

import java.util.SplittableRandom;

/** Experts of random neurons: the control for every other method. */
public final class RandomPartition {
  private RandomPartition() {}

  /**
   * Draws a partition; all are equally likely.
   *
   * @throws IllegalArgumentException if N does not divide F
   */
  public static Partition cut(int neurons, int experts, long seed) {
    Partition.requireDivisible(neurons, experts);
    SplittableRandom random = new SplittableRandom(seed);
    int[] expertOf = new int[neurons];
    for (int i = 0; i < neurons; i++) {
      int other = random.nextInt(i + 1); // Fisher and Yates, inside out
      expertOf[i] = expertOf[other];
      expertOf[other] = i % experts;
    }
    return Partition.canonical(expertOf, experts);
  }
}
