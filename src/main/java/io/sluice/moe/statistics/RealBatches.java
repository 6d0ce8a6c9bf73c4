package io.sluice.moe.statistics;

/**
 * Unions over tokens that came together: neighbours in batches of 1, 2, 4, … 256, none of which
 * spans two calls. Not thread-safe.
 */
final class RealBatches {
  /** Batch sizes are powers of two below this many doublings. */
  static final int SIZES = 9;

  private static final int LARGEST = 1 << (SIZES - 1);

  private final int neurons;
  private final int words;
  private final long[] active; // one bit a neuron, one line a token
  private final long[] unions = new long[SIZES]; // active neurons, over the batches
  private final long[] batches = new long[SIZES];

  RealBatches(int neurons) {
    this.neurons = neurons;
    this.words = (neurons + Long.SIZE - 1) / Long.SIZE;
    this.active = new long[LARGEST * words];
  }

  /**
   * Adds tokens that came together.
   *
   * @param activations shape (rows, F)
   */
  void add(float[] activations, int rows) {
    for (int first = 0; first < rows; first += LARGEST) {
      addBlock(activations, first, Math.min(LARGEST, rows - first));
    }
  }

  private void addBlock(float[] activations, int first, int rows) {
    for (int row = 0; row < rows; row++) {
      for (int word = 0; word < words; word++) {
        long bits = 0;
        int end = Math.min(neurons, (word + 1) * Long.SIZE);
        for (int neuron = word * Long.SIZE; neuron < end; neuron++) {
          if (activations[(first + row) * neurons + neuron] > 0) {
            bits |= 1L << neuron; // modulo 64
          }
        }
        active[row * words + word] = bits;
      }
    }
    int lines = rows;
    for (int size = 0; size < SIZES && lines > 0; size++) {
      for (int i = 0; i < lines * words; i++) {
        unions[size] += Long.bitCount(active[i]);
      }
      batches[size] += lines;
      lines /= 2;
      for (int line = 0; line < lines; line++) {
        for (int word = 0; word < words; word++) {
          active[line * words + word] =
              active[2 * line * words + word] | active[(2 * line + 1) * words + word];
        }
      }
    }
  }

  /** Mean share of active neurons in batches of 2^size; NaN if there was none. */
  double meanUnion(int size) {
    return batches[size] == 0
        ? Double.NaN
        : (double) unions[size] / ((double) batches[size] * neurons);
  }

  long batches(int size) {
    return batches[size];
  }
}
