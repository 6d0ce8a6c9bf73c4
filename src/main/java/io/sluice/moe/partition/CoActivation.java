package io.sluice.moe.partition;

/**
 * How often pairs of neurons fire at the same token. Immutable.
 *
 * <p>Memory: F² integers (17 MB for F = 2 048).
 */
public final class CoActivation {
  private final int neurons;
  private final long tokens;
  private final int[] counts; // (F, F), symmetric

  private CoActivation(int neurons, long tokens, int[] counts) {
    this.neurons = neurons;
    this.tokens = tokens;
    this.counts = counts;
  }

  /** Counts the pairs of one sample. */
  public static CoActivation of(ActivationBits bits) {
    Counter counter = new Counter(bits.neurons(), 1);
    counter.count(bits);
    return counter.result();
  }

  /** Number of neurons F. */
  public int neurons() {
    return neurons;
  }

  /** Tokens seen. */
  public long tokens() {
    return tokens;
  }

  /** At how many tokens a neuron fires. */
  public int count(int neuron) {
    return counts[neuron * neurons + neuron];
  }

  /** At how many tokens both neurons fire. */
  public int together(int a, int b) {
    return counts[a * neurons + b];
  }

  /**
   * Only these neurons, renumbered in this order: what is left when an always-on block is taken.
   */
  public CoActivation restrictedTo(int[] kept) {
    int[] part = new int[kept.length * kept.length];
    for (int i = 0; i < kept.length; i++) {
      for (int j = 0; j < kept.length; j++) {
        part[i * kept.length + j] = together(kept[i], kept[j]);
      }
    }
    return new CoActivation(kept.length, tokens, part);
  }

  /**
   * Counts a stream of any length in chunks. Not thread-safe.
   *
   * <p>A chunk is a bit set; a pair costs one AND and one population count for 64 tokens.
   */
  public static final class Counter {
    /** Tokens of a chunk: a tile of 32 neurons is 16 KiB and stays in the first-level cache. */
    private static final int CHUNK = 4096;

    private static final int TILE = 32;

    private final int neurons;
    private final ActivationBits chunk;
    private final int[] counts;
    private long tokens;

    /** A counter of F neurons. */
    public Counter(int neurons) {
      this(neurons, CHUNK);
    }

    Counter(int neurons, int chunkTokens) {
      this.neurons = neurons;
      this.chunk = new ActivationBits(neurons, chunkTokens);
      this.counts = new int[Math.multiplyExact(neurons, neurons)];
    }

    /**
     * Adds tokens.
     *
     * @param activations shape (rows, F)
     */
    public void add(float[] activations, int rows) {
      for (int row = 0; row < rows; row++) {
        if (chunk.full()) {
          flush();
        }
        chunk.add(activations, row * neurons);
      }
    }

    /** What was counted so far; the counter can go on. */
    public CoActivation result() {
      flush();
      int[] full = counts.clone();
      for (int i = 0; i < neurons; i++) {
        for (int j = 0; j < i; j++) {
          full[i * neurons + j] = full[j * neurons + i];
        }
      }
      return new CoActivation(neurons, tokens, full);
    }

    private void flush() {
      count(chunk);
      chunk.clear();
    }

    private void count(ActivationBits bits) {
      for (int i0 = 0; i0 < neurons; i0 += TILE) {
        int i1 = Math.min(neurons, i0 + TILE);
        for (int j0 = i0; j0 < neurons; j0 += TILE) {
          int j1 = Math.min(neurons, j0 + TILE);
          for (int i = i0; i < i1; i++) {
            for (int j = Math.max(i, j0); j < j1; j++) {
              counts[i * neurons + j] += bits.together(i, j);
            }
          }
        }
      }
      tokens += bits.tokens();
    }
  }
}
