package io.sluice.moe.statistics;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The definitions, word for word, over all activations at once: shape (tokens, neurons). */
record NaiveStatistics(float[][] activations) {

  List<Double> inactiveShares() {
    List<Double> shares = new ArrayList<>();
    for (float[] token : activations) {
      int zeros = 0;
      for (float value : token) {
        zeros += value == 0 ? 1 : 0;
      }
      shares.add((double) zeros / token.length);
    }
    return shares;
  }

  /** Smallest of the shares that at least so many per cent of them do not exceed. */
  static double percentile(List<Double> shares, int percent) {
    return shares.stream()
        .sorted()
        .filter(
            share ->
                shares.stream().filter(other -> other <= share).count() * 100
                    >= (long) percent * shares.size())
        .findFirst()
        .orElseThrow();
  }

  int activeTokens(int neuron) {
    int active = 0;
    for (float[] token : activations) {
      active += token[neuron] > 0 ? 1 : 0;
    }
    return active;
  }

  /** Amounts of one token, or of all if the token is negative. */
  List<Double> amounts(int token, float[] scales) {
    List<Double> amounts = new ArrayList<>();
    for (int neuron = 0; neuron < scales.length; neuron++) {
      double sum = 0;
      for (int t = 0; t < activations.length; t++) {
        sum += token < 0 || t == token ? (double) activations[t][neuron] * scales[neuron] : 0;
      }
      amounts.add(sum);
    }
    return amounts;
  }

  /** Whether so many of the largest amounts carry at least a share of them all, give or take. */
  static boolean carry(List<Double> amounts, long neurons, double share, double tolerance) {
    List<Double> sorted = new ArrayList<>(amounts);
    sorted.sort(Collections.reverseOrder());
    double carried = sorted.stream().limit(neurons).mapToDouble(Double::doubleValue).sum();
    double all = amounts.stream().mapToDouble(Double::doubleValue).sum();
    return carried >= share * all + tolerance * all;
  }

  /** Smallest number of neurons that carries a share. */
  static int needed(List<Double> amounts, double share) {
    int neurons = 0;
    while (!carry(amounts, neurons, share, -1e-12)) {
      neurons++;
    }
    return neurons;
  }

  double belowShare(double threshold) {
    long below = 0;
    for (float[] token : activations) {
      float largest = 0;
      for (float value : token) {
        largest = Math.max(largest, value);
      }
      for (float value : token) {
        below += value <= threshold * largest ? 1 : 0;
      }
    }
    return (double) below / ((double) activations.length * activations[0].length);
  }

  /** Share of neurons that at least one of some tokens activates; a bit for each token. */
  double union(int tokens) {
    int active = 0;
    for (int neuron = 0; neuron < activations[0].length; neuron++) {
      for (int token = 0; token < activations.length; token++) {
        if ((tokens >> token & 1) == 1 && activations[token][neuron] > 0) {
          active++;
          break;
        }
      }
    }
    return (double) active / activations[0].length;
  }

  /** Mean union over every set of B tokens. */
  double meanUnionOfAllSets(int batch) {
    double sum = 0;
    int sets = 0;
    for (int tokens = 0; tokens < 1 << activations.length; tokens++) {
      if (Integer.bitCount(tokens) == batch) {
        sum += union(tokens);
        sets++;
      }
    }
    return sum / sets;
  }
}
