package io.sluice.moefy;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Orders of a layer's experts, one for each kind of sentence.
 *
 * @param orders shape (P, N): experts, first to last
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
record PlanSet(int[][] orders) {

  /**
   * Of kinds of sentences: what a kind's experts contribute most comes first, ties to the lower
   * number.
   *
   * @param centres shape (P, N)
   */
  static PlanSet ofCentres(double[][] centres) {
    int[][] orders = new int[centres.length][];
    for (int plan = 0; plan < orders.length; plan++) {
      double[] centre = centres[plan];
      orders[plan] =
          IntStream.range(0, centre.length)
              .boxed()
              .sorted(Comparator.comparingDouble(e -> -centre[e]))
              .mapToInt(Integer::intValue)
              .toArray();
    }
    return new PlanSet(orders);
  }

  /** Number of plans P. */
  int count() {
    return orders.length;
  }

  /**
   * What each plan is worth to a sentence: the sum of the shares that its first eighth, quarter and
   * half hold.
   *
   * @param shares shape (N)
   * @return shape (P)
   */
  double[] worths(float[] shares) {
    double[] worths = new double[orders.length];
    for (int plan = 0; plan < orders.length; plan++) {
      for (int parts : new int[] {8, 4, 2}) {
        worths[plan] += held(shares, plan, Math.max(1, shares.length / parts));
      }
    }
    return worths;
  }

  /** The share that the first k experts of a plan hold. */
  double held(float[] shares, int plan, int k) {
    double held = 0;
    for (int i = 0; i < k; i++) {
      held += shares[orders[plan][i]];
    }
    return held;
  }
}
