package io.sluice.moefy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Kinds of sentences, and the order of the experts that each kind wants in each layer: k-means on
 * the square roots of what experts contribute, all layers side by side, which is the Hellinger
 * distance. So plan p is the same kind of sentence in every layer. Pure functions.
 */
final class SentenceClusters {
  private static final int ROUNDS = 40;
  private static final int STARTS = 4;

  private SentenceClusters() {}

  /**
   * Clusters sentences; each centre is a plan. Of several starts the plans are kept of which the
   * best one is worth most to a sentence on average, over all layers.
   *
   * @param shares by layer, each of shape (S, N); rows sum to 1 in each layer
   * @param plans P; no more than there are sentences
   * @return plans by layer
   */
  static List<PlanSet> plans(List<float[][]> shares, int plans, long seed) {
    float[][] profiles = profiles(shares);
    SplittableRandom random = new SplittableRandom(seed);
    List<PlanSet> best = List.of();
    double bestWorth = -1;
    for (int start = 0; start < STARTS; start++) {
      double[][] centres = centres(profiles, Math.min(plans, profiles.length), random.split());
      List<PlanSet> sets = orders(centres, shares);
      double worth = 0;
      for (int s = 0; s < profiles.length; s++) {
        worth += Arrays.stream(worths(sets, shares, s)).max().orElse(0);
      }
      if (worth > bestWorth) {
        bestWorth = worth;
        best = sets;
      }
    }
    return best;
  }

  /**
   * What each plan is worth to a sentence, summed over the layers.
   *
   * @param sets plans by layer
   * @param shares by layer, each of shape (S, N)
   * @return shape (P)
   */
  static double[] worths(List<PlanSet> sets, List<float[][]> shares, int sentence) {
    double[] sums = new double[sets.get(0).count()];
    for (int layer = 0; layer < sets.size(); layer++) {
      double[] worths = sets.get(layer).worths(shares.get(layer)[sentence]);
      for (int plan = 0; plan < sums.length; plan++) {
        sums[plan] += worths[plan];
      }
    }
    return sums;
  }

  /** The layers of each sentence side by side: shape (S, sum of N). */
  private static float[][] profiles(List<float[][]> shares) {
    float[][] profiles = new float[shares.get(0).length][];
    for (int s = 0; s < profiles.length; s++) {
      int width = 0;
      for (float[][] layer : shares) {
        width += layer[s].length;
      }
      profiles[s] = new float[width];
      int at = 0;
      for (float[][] layer : shares) {
        System.arraycopy(layer[s], 0, profiles[s], at, layer[s].length);
        at += layer[s].length;
      }
    }
    return profiles;
  }

  private static double[][] centres(float[][] profiles, int plans, SplittableRandom random) {
    int width = profiles[0].length;
    double[][] centres = new double[plans][];
    int[] picked = random.ints(0, profiles.length).distinct().limit(plans).toArray();
    for (int plan = 0; plan < plans; plan++) {
      float[] first = profiles[picked[plan]];
      centres[plan] = IntStream.range(0, width).mapToDouble(e -> first[e]).toArray();
    }
    for (int round = 0; round < ROUNDS; round++) {
      double[][] sums = new double[plans][width];
      int[] members = new int[plans];
      for (float[] profile : profiles) {
        int nearest = nearest(profile, centres);
        members[nearest]++;
        for (int e = 0; e < width; e++) {
          sums[nearest][e] += profile[e];
        }
      }
      for (int plan = 0; plan < plans; plan++) {
        if (members[plan] > 0) {
          int count = members[plan];
          centres[plan] = Arrays.stream(sums[plan]).map(sum -> sum / count).toArray();
        }
      }
    }
    return centres;
  }

  private static int nearest(float[] profile, double[][] centres) {
    int nearest = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int plan = 0; plan < centres.length; plan++) {
      double distance = 0;
      for (int e = 0; e < profile.length; e++) {
        double difference = Math.sqrt(profile[e]) - Math.sqrt(centres[plan][e]);
        distance += difference * difference;
      }
      if (distance < least) {
        least = distance;
        nearest = plan;
      }
    }
    return nearest;
  }

  private static List<PlanSet> orders(double[][] centres, List<float[][]> shares) {
    List<PlanSet> sets = new ArrayList<>();
    int from = 0;
    for (float[][] layer : shares) {
      int first = from;
      int end = first + layer[0].length;
      sets.add(
          PlanSet.ofCentres(
              Arrays.stream(centres)
                  .map(centre -> Arrays.copyOfRange(centre, first, end))
                  .toArray(double[][]::new)));
      from = end;
    }
    return sets;
  }
}
