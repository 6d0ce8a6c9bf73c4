package io.sluice.tensor;

/**
 * W1 and b1 of a feed-forward layer in panels of neighbouring neurons, in each of them one input
 * after the other, so that the weights that are read together lie together. Immutable and
 * thread-safe.
 */
final class NeuronPanels {
  /** Neurons of a panel. */
  static final int WIDTH =
      VectorRows.LANES < Kernels.BLOCK ? TwoVectorPanel.WIDTH : FourVectorPanel.WIDTH;

  private final int depth; // D
  private final float[] weights; // (panels, D, WIDTH)
  private final float[] bias; // whole panels

  /**
   * @param reads W1, shape (F, D), row-major
   * @param bias b1, shape (F)
   */
  NeuronPanels(float[] reads, float[] bias) {
    int neurons = bias.length;
    int panels = (neurons + WIDTH - 1) / WIDTH;
    this.depth = reads.length / neurons;
    this.weights = new float[panels * WIDTH * depth];
    this.bias = new float[panels * WIDTH];
    System.arraycopy(bias, 0, this.bias, 0, neurons);
    for (int neuron = 0; neuron < neurons; neuron++) {
      int to = neuron / WIDTH * WIDTH * depth + neuron % WIDTH;
      for (int d = 0; d < depth; d++) {
        weights[to + d * WIDTH] = reads[neuron * depth + d];
      }
    }
  }

  /** Width D of the input. */
  int depth() {
    return depth;
  }

  /** Neurons that are computed at once where a range of them is asked for. */
  static int step(int first, int count) {
    return (first | count) % WIDTH == 0 ? WIDTH : TwoVectorPanel.WIDTH;
  }

  /**
   * Activations {@code max(0, x W1ᵀ + b1)} of neighbouring neurons.
   *
   * @param x holds the rows
   * @param at where each row begins; five places more than there are rows are used
   * @param rows number of rows, at least 1
   * @param first first neuron, a multiple of {@code step}
   * @param step how many neurons, as {@link #step} says
   * @param activations receives row after row; five rows more than there are may be written
   */
  void activate(float[] x, int[] at, int rows, int first, int step, float[] activations) {
    for (int more = rows; more < rows + 5; more++) {
      at[more] = at[rows - 1];
    }
    int from = first / WIDTH * WIDTH * depth + first % WIDTH;
    if (step == TwoVectorPanel.WIDTH) {
      TwoVectorPanel.multiply(x, at, rows, depth, weights, from, bias, first, activations);
    } else {
      FourVectorPanel.multiply(x, at, rows, depth, weights, from, bias, first, activations);
    }
  }
}
