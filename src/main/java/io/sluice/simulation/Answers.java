package io.sluice.simulation;

import java.util.Arrays;

/** What became of records, one column for each figure: there are millions of them. One thread. */
final class Answers {
  private double[] bornSeconds = new double[1024];
  private double[] seenSeconds = new double[1024];
  private double[] millis = new double[1024];
  private int[] levels = new int[1024];
  private int size;

  void add(double bornSecond, double seenSecond, double latencyMillis, int level) {
    if (size == levels.length) {
      bornSeconds = Arrays.copyOf(bornSeconds, 2 * size);
      seenSeconds = Arrays.copyOf(seenSeconds, 2 * size);
      millis = Arrays.copyOf(millis, 2 * size);
      levels = Arrays.copyOf(levels, 2 * size);
    }
    bornSeconds[size] = bornSecond;
    seenSeconds[size] = seenSecond;
    millis[size] = latencyMillis;
    levels[size++] = level;
  }

  int size() {
    return size;
  }

  double bornSecond(int answer) {
    return bornSeconds[answer];
  }

  double seenSecond(int answer) {
    return seenSeconds[answer];
  }

  double millis(int answer) {
    return millis[answer];
  }

  int level(int answer) {
    return levels[answer];
  }

  /** Ascending. */
  double[] sortedMillis() {
    double[] sorted = Arrays.copyOf(millis, size);
    Arrays.sort(sorted);
    return sorted;
  }

  /** Ascending. */
  double[] sortedSeenSeconds() {
    double[] sorted = Arrays.copyOf(seenSeconds, size);
    Arrays.sort(sorted);
    return sorted;
  }
}
