package io.sluice.tensor;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The best of a row of logits and the statistics of its soft-max, in two passes. The first compares
 * whole vectors with the least of the best so far, which few values pass.
 */
final class VectorRanking {
  private static final VectorSpecies<Float> SPECIES = VectorRows.SPECIES;
  private static final int LANES = SPECIES.length();

  private VectorRanking() {}

  static void topLogProbabilities(
      float[] logits, int from, int width, int best, int[] ids, float[] logProbabilities, int to) {
    rank(logits, from, width, best, ids, logProbabilities, to);
    float max = logProbabilities[to];
    double sum = VectorExponential.sumOfExponentials(logits, from, width, max);
    float logSum = max + (float) Math.log(sum);
    for (int i = to; i < to + best; i++) {
      logProbabilities[i] -= logSum;
    }
  }

  private static void rank(
      float[] logits, int from, int width, int best, int[] ids, float[] values, int to) {
    int i = 0;
    for (; i < best; i++) {
      insert(logits[from + i], i, i, ids, values, to);
    }
    float least = values[to + best - 1];
    for (; i + 4 * LANES <= width; i += 4 * LANES) {
      if (anyAbove(logits, from + i, least)) {
        for (int id = i; id < i + 4 * LANES; id++) {
          if (logits[from + id] > least) {
            insert(logits[from + id], id, best - 1, ids, values, to);
            least = values[to + best - 1];
          }
        }
      }
    }
    for (; i < width; i++) {
      if (logits[from + i] > least) {
        insert(logits[from + i], i, best - 1, ids, values, to);
        least = values[to + best - 1];
      }
    }
  }

  private static boolean anyAbove(float[] x, int from, float least) {
    return FloatVector.fromArray(SPECIES, x, from)
        .compare(VectorOperators.GT, least)
        .or(FloatVector.fromArray(SPECIES, x, from + LANES).compare(VectorOperators.GT, least))
        .or(
            FloatVector.fromArray(SPECIES, x, from + 2 * LANES)
                .compare(VectorOperators.GT, least)
                .or(
                    FloatVector.fromArray(SPECIES, x, from + 3 * LANES)
                        .compare(VectorOperators.GT, least)))
        .anyTrue();
  }

  /**
   * Puts a value before the smaller ones, at most at place {@code last}; equal ones stay before.
   */
  private static void insert(float value, int id, int last, int[] ids, float[] values, int to) {
    int at = last;
    while (at > 0 && value > values[to + at - 1]) {
      values[to + at] = values[to + at - 1];
      ids[to + at] = ids[to + at - 1];
      at--;
    }
    values[to + at] = value;
    ids[to + at] = id;
  }
}
