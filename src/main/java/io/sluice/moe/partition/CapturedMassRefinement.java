package io.sluice.moe.partition;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Swaps neurons between experts so that the best k experts of each token hold more of what the
 * layer contributes: what a partition is for; cut weight and inertia are only proxies. The aim is
 * the sum over a sample of tokens and over k = N/8, N/4 and N/2.
 *
 * <p>Takes any partition and keeps it exactly balanced. Immutable and thread-safe; the same seed
 * gives the same partition.
 */
public final class CapturedMassRefinement {
  private final int proposals;

  /**
   * A refinement of a given length.
   *
   * @param proposals swaps to try, 100 or so for each neuron
   */
  public CapturedMassRefinement(int proposals) {
    this.proposals = proposals;
  }

  /** A partition that captures no less on this sample. */
  public Partition refine(Partition start, ContributionSample sample, long seed) {
    if (start.experts() == 1) {
      return start;
    }
    Search search = new Search(start, sample);
    SplittableRandom random = new SplittableRandom(seed);
    int neurons = start.neurons();
    for (int i = 0; i < proposals; i++) {
      search.tryToSwap(random.nextInt(neurons), random.nextInt(neurons));
    }
    return Partition.canonical(search.expertOf, start.experts());
  }

  /**
   * The mass of every expert at every token, sorted, so that what a swap is worth needs a few steps
   * for each token at which one of the two neurons fires.
   */
  private static final class Search {
    private final ContributionSample sample;
    private final int experts;
    private final int[] levels; // numbers of experts k
    private final int[] expertOf;
    private final double[] mass; // (tokens, N)
    private final int[] ranks; // (tokens, N): 0 for the expert with most mass
    private final double[] tops; // (tokens, N + 1): mass of the first k experts
    private final int[] touched;
    private final double[] shifts;
    private int touchedCount;

    Search(Partition start, ContributionSample sample) {
      this.sample = sample;
      this.experts = start.experts();
      this.levels =
          Arrays.stream(new int[] {experts / 8, experts / 4, experts / 2})
              .filter(k -> k > 0)
              .distinct()
              .toArray();
      this.expertOf = start.expertOf();
      this.mass = sample.mass(start);
      this.ranks = new int[mass.length];
      this.tops = new double[sample.tokens() * (experts + 1)];
      this.touched = new int[sample.tokens()];
      this.shifts = new double[sample.tokens()];
      for (int token = 0; token < sample.tokens(); token++) {
        rank(token);
      }
    }

    void tryToSwap(int first, int second) {
      int from = expertOf[first];
      int to = expertOf[second];
      if (from == to) {
        return;
      }
      findTouched(first, second);
      double gain = 0;
      double size = 0;
      for (int i = 0; i < touchedCount; i++) {
        gain += gain(touched[i], from, to, shifts[i]);
        size += Math.abs(shifts[i]);
      }
      if (gain > 1e-9 * size) { // more than rounding
        for (int i = 0; i < touchedCount; i++) {
          mass[touched[i] * experts + from] -= shifts[i];
          mass[touched[i] * experts + to] += shifts[i];
          rank(touched[i]);
        }
        expertOf[first] = to;
        expertOf[second] = from;
      }
    }

    /** The tokens at which the mass of the two experts changes, and by how much. */
    private void findTouched(int first, int second) {
      touchedCount = 0;
      int a = 0;
      int b = 0;
      while (a < sample.count(first) || b < sample.count(second)) {
        int tokenA = a < sample.count(first) ? sample.token(first, a) : Integer.MAX_VALUE;
        int tokenB = b < sample.count(second) ? sample.token(second, b) : Integer.MAX_VALUE;
        double shift = 0;
        if (tokenA <= tokenB) {
          shift += sample.value(first, a++);
        }
        if (tokenB <= tokenA) {
          shift -= sample.value(second, b++);
        }
        touched[touchedCount] = Math.min(tokenA, tokenB);
        shifts[touchedCount++] = shift;
      }
    }

    private double gain(int token, int from, int to, double shift) {
      int row = token * experts;
      double larger = Math.max(mass[row + from] - shift, mass[row + to] + shift);
      double smaller = Math.min(mass[row + from] - shift, mass[row + to] + shift);
      int firstRank = Math.min(ranks[row + from], ranks[row + to]);
      int secondRank = Math.max(ranks[row + from], ranks[row + to]);
      double gain = 0;
      for (int k : levels) {
        // the best k are the best k, k − 1 or k − 2 of the others with none, one or both of the two
        double best = others(token, k, firstRank, secondRank);
        best = Math.max(best, others(token, k - 1, firstRank, secondRank) + larger);
        if (k > 1) {
          best = Math.max(best, others(token, k - 2, firstRank, secondRank) + larger + smaller);
        }
        gain += best - tops[token * (experts + 1) + k];
      }
      return gain;
    }

    /** Mass of the best experts when those of two ranks are left out. */
    private double others(int token, int count, int firstRank, int secondRank) {
      int row = token * (experts + 1);
      if (count <= firstRank) {
        return tops[row + count];
      }
      double first = tops[row + firstRank + 1] - tops[row + firstRank];
      if (count < secondRank) {
        return tops[row + count + 1] - first;
      }
      double second = tops[row + secondRank + 1] - tops[row + secondRank];
      return tops[row + Math.min(experts, count + 2)] - first - second;
    }

    /** Sorts the experts of one token by insertion: there are few. */
    private void rank(int token) {
      int row = token * experts;
      int[] order = new int[experts];
      for (int expert = 0; expert < experts; expert++) {
        int place = expert;
        while (place > 0 && mass[row + order[place - 1]] < mass[row + expert]) {
          order[place] = order[place - 1];
          place--;
        }
        order[place] = expert;
      }
      int top = token * (experts + 1);
      for (int rank = 0; rank < experts; rank++) {
        ranks[row + order[rank]] = rank;
        tops[top + rank + 1] = tops[top + rank] + mass[row + order[rank]];
      }
    }
  }
}
