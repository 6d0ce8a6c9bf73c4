package io.sluice.moe;

import java.util.Arrays;

/** Chooses the k experts with the highest scores; ties go to the lower number. Pure functions. */
public final class TopExperts {
  private TopExperts() {}

  /**
   * Marks the chosen experts of one row.
   *
   * @param scores holds N scores from {@code from}; not changed
   * @param experts N
   * @param k how many to choose, 1 to N
   * @param always so many experts, from number 0, are chosen whatever their scores; they count
   * @param chosen receives N marks from {@code to}: 1 for chosen, else 0
   */
  public static void mark(
      float[] scores, int from, int experts, int k, int always, byte[] chosen, int to) {
    int fixed = Math.min(always, k);
    Arrays.fill(chosen, to, to + fixed, (byte) 1);
    for (int expert = fixed; expert < experts; expert++) {
      int better = better(scores, from + fixed, from + expert, from + experts);
      chosen[to + expert] = (byte) (better < k - fixed ? 1 : 0);
    }
  }

  /**
   * How many of the scores from {@code first} to {@code end} come before the one at {@code own}.
   */
  private static int better(float[] scores, int first, int own, int end) {
    float score = scores[own];
    int better = 0;
    for (int i = first; i < own; i++) {
      better += scores[i] < score ? 0 : 1;
    }
    for (int i = own + 1; i < end; i++) {
      better += scores[i] > score ? 1 : 0;
    }
    return better;
  }
}
