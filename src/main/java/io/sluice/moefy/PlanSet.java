package io.sluice.moefy;

import java.util.Arrays;
import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Orders of a layer's experts, one for each kind of sentence.
 *
 * @param orders shape (P, N): experts, first to last
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
record PlanSet(int[][] orders) {
  private static final int ROUNDS = 40;
  private static final int STARTS = 4;

  /**
   * Clusters sentences by what their experts contribute (k-means on the square roots of shares,
   * which is the Hellinger distance); each centre is an order. Of several starts the set is kept
   * whose best plan holds most of a sentence on average.
   *
   * @param shares shape (S, N), rows sum to 1
   */
  static PlanSet learn(float[][] shares, int plans, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    PlanSet best = null;
    double bestWorth = -1;
    for (int start = 0; start < STARTS; start++) {
      PlanSet set = cluster(shares, Math.min(plans, shares.length), random.split());
      double worth = 0;
      for (float[] row : shares) {
        worth += Arrays.stream(set.worths(row)).max().orElse(0);
      }
      if (worth > bestWorth) {
        bestWorth = worth;
        best = set;
      }
    }
    return best;
  }

  private static PlanSet cluster(float[][] shares, int plans, SplittableRandom random) {
    int experts = shares[0].length;
    double[][] centres = new double[plans][];
    int[] picked = random.ints(0, shares.length).distinct().limit(plans).toArray();
    for (int plan = 0; plan < plans; plan++) {
      centres[plan] = doubles(shares[picked[plan]]);
    }
    for (int round = 0; round < ROUNDS; round++) {
      double[][] sums = new double[plans][experts];
      int[] members = new int[plans];
      for (float[] row : shares) {
        int nearest = nearest(row, centres);
        members[nearest]++;
        for (int e = 0; e < experts; e++) {
          sums[nearest][e] += row[e];
        }
      }
      for (int plan = 0; plan < plans; plan++) {
        if (members[plan] > 0) {
          int count = members[plan];
          centres[plan] = Arrays.stream(sums[plan]).map(sum -> sum / count).toArray();
        }
      }
    }
    int[][] orders = new int[plans][];
    for (int plan = 0; plan < plans; plan++) {
      double[] centre = centres[plan];
      orders[plan] =
          IntStream.range(0, experts)
              .boxed()
              .sorted(Comparator.comparingDouble(e -> -centre[e]))
              .mapToInt(Integer::intValue)
              .toArray();
    }
    return new PlanSet(orders);
  }

  private static double[] doubles(float[] row) {
    return IntStream.range(0, row.length).mapToDouble(e -> row[e]).toArray();
  }

  private static int nearest(float[] row, double[][] centres) {
    int nearest = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int plan = 0; plan < centres.length; plan++) {
      double distance = 0;
      for (int e = 0; e < row.length; e++) {
        double difference = Math.sqrt(row[e]) - Math.sqrt(centres[plan][e]);
        distance += difference * difference;
      }
      if (distance < least) {
        least = distance;
        nearest = plan;
      }
    }
    return nearest;
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
