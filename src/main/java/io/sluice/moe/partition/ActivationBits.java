package io.sluice.moe.partition;

import java.util.Arrays;

/**
 * Which neurons fire at which tokens: for each neuron a bit set over tokens. Grows up to a fixed
 * number of tokens. Not thread-safe while it grows.
 */
public final class ActivationBits {
  private final int neurons;
  private final int capacity;
  private final int wordsPerNeuron;
  private final long[] words; // (F, capacity / 64)
  private int tokens;

  /**
   * An empty set.
   *
   * @param neurons F
   * @param capacity most tokens that it can hold
   */
  public ActivationBits(int neurons, int capacity) {
    if (neurons < 1 || capacity < 1) {
      throw new IllegalArgumentException(
          "%d neurons and %d tokens: both must be positive".formatted(neurons, capacity));
    }
    this.neurons = neurons;
    this.capacity = capacity;
    this.wordsPerNeuron = (capacity + 63) / 64;
    this.words = new long[Math.multiplyExact(neurons, wordsPerNeuron)];
  }

  /**
   * Adds one token, if there is room.
   *
   * @param activations the token's activations begin at {@code from}, F of them; a neuron fires if
   *     its activation is above zero
   * @return false if the set was full
   */
  public boolean add(float[] activations, int from) {
    if (tokens == capacity) {
      return false;
    }
    int word = tokens >> 6;
    long bit = 1L << tokens;
    for (int neuron = 0; neuron < neurons; neuron++) {
      if (activations[from + neuron] > 0) {
        words[neuron * wordsPerNeuron + word] |= bit;
      }
    }
    tokens++;
    return true;
  }

  /** Number of neurons F. */
  public int neurons() {
    return neurons;
  }

  /** Tokens added so far. */
  public int tokens() {
    return tokens;
  }

  /** True if no more tokens fit. */
  public boolean full() {
    return tokens == capacity;
  }

  /** Whether a neuron fires at a token. */
  public boolean fires(int neuron, int token) {
    return (words[neuron * wordsPerNeuron + (token >> 6)] >>> token & 1) != 0;
  }

  /** At how many tokens a neuron fires. */
  public int count(int neuron) {
    return together(neuron, neuron);
  }

  /** At how many tokens both neurons fire. */
  public int together(int a, int b) {
    int first = a * wordsPerNeuron;
    int second = b * wordsPerNeuron;
    int count = 0;
    for (int word = 0; word < wordsPerNeuron; word++) {
      count += Long.bitCount(words[first + word] & words[second + word]);
    }
    return count;
  }

  /**
   * Adds to {@code sums}, from {@code offset} on, the row of {@code steps} of every firing token.
   */
  void addRows(int neuron, float[] steps, int width, float[] sums, int offset) {
    int base = neuron * wordsPerNeuron;
    for (int word = 0; word < wordsPerNeuron; word++) {
      for (long left = words[base + word]; left != 0; left &= left - 1) {
        int row = (word * 64 + Long.numberOfTrailingZeros(left)) * width;
        for (int k = 0; k < width; k++) {
          sums[offset + k] += steps[row + k];
        }
      }
    }
  }

  void clear() {
    Arrays.fill(words, 0);
    tokens = 0;
  }
}
