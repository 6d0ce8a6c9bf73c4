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
    Arrays.fill(chosen, to, to + experts, (byte) 0);
    int fixed = Math.min(always, k);
    Arrays.fill(chosen, to, to + fixed, (byte) 1);
    for (int round = fixed; round < k; round++) {
      int best = -1;
      for (int expert = fixed; expert < experts; expert++) {
        if (chosen[to + expert] == 0 && (best < 0 || scores[from + expert] > scores[from + best])) {
          best = expert;
        }
      }
      chosen[to + best] = 1;
    }
  }
}
