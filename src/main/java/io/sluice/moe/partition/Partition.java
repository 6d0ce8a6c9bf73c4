package io.sluice.moe.partition;

import java.util.Arrays;

/**
 * Experts of equal size: each neuron of a layer belongs to exactly one. Immutable; equal if the
 * same neurons have the same numbers of experts.
 *
 * @param expertOf shape (F): the expert of each neuron, 0 to N − 1
 * @param experts number of experts N
 */
@SuppressWarnings("ArrayRecordComponent") // copied on the way in and out, compared by content
public record Partition(int[] expertOf, int experts) {

  /**
   * Checks and copies.
   *
   * @throws IllegalArgumentException if N does not divide F or an expert has not F/N neurons
   */
  public Partition {
    requireDivisible(expertOf.length, experts);
    expertOf = expertOf.clone();
    int[] sizes = new int[experts];
    for (int neuron = 0; neuron < expertOf.length; neuron++) {
      int expert = expertOf[neuron];
      if (expert < 0 || expert >= experts) {
        throw new IllegalArgumentException(
            "neuron %d has expert %d, but there are %d experts".formatted(neuron, expert, experts));
      }
      sizes[expert]++;
    }
    int size = expertOf.length / experts;
    for (int expert = 0; expert < experts; expert++) {
      if (sizes[expert] != size) {
        throw new IllegalArgumentException(
            "expert %d has %d neurons instead of %d".formatted(expert, sizes[expert], size));
      }
    }
  }

  /** Numbers the experts by their smallest neuron: equal sets give equal partitions. */
  public static Partition canonical(int[] expertOf, int experts) {
    int[] names = new int[experts];
    Arrays.fill(names, -1);
    int[] renamed = new int[expertOf.length];
    int next = 0;
    for (int neuron = 0; neuron < expertOf.length; neuron++) {
      int expert = expertOf[neuron];
      if (names[expert] < 0) {
        names[expert] = next++;
      }
      renamed[neuron] = names[expert];
    }
    return new Partition(renamed, experts);
  }

  /**
   * Checks that neurons can be cut into experts of equal size.
   *
   * @throws IllegalArgumentException if not
   */
  public static void requireDivisible(int neurons, int experts) {
    if (experts < 1 || neurons < experts || neurons % experts != 0) {
      throw new IllegalArgumentException(
          "%d neurons cannot be cut into %d experts of equal size".formatted(neurons, experts));
    }
  }

  /** A copy. */
  @Override
  public int[] expertOf() {
    return expertOf.clone();
  }

  /** The expert of one neuron. */
  public int expertOf(int neuron) {
    return expertOf[neuron];
  }

  /** Number of neurons F. */
  public int neurons() {
    return expertOf.length;
  }

  /** Neurons of each expert, F/N. */
  public int expertSize() {
    return expertOf.length / experts;
  }

  /** The neurons of an expert, ascending. */
  public int[] members(int expert) {
    int[] members = new int[expertSize()];
    int count = 0;
    for (int neuron = 0; neuron < expertOf.length; neuron++) {
      if (expertOf[neuron] == expert) {
        members[count++] = neuron;
      }
    }
    return members;
  }

  /** Shape (F): the neurons expert by expert, ascending within each. */
  public int[] order() {
    int[] next = new int[experts];
    for (int expert = 1; expert < experts; expert++) {
      next[expert] = next[expert - 1] + expertSize();
    }
    int[] order = new int[expertOf.length];
    for (int neuron = 0; neuron < expertOf.length; neuron++) {
      order[next[expertOf[neuron]]++] = neuron;
    }
    return order;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Partition partition
        && experts == partition.experts
        && Arrays.equals(expertOf, partition.expertOf);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(expertOf);
  }

  @Override
  public String toString() {
    return "Partition[%d neurons, %d experts]".formatted(expertOf.length, experts);
  }
}
