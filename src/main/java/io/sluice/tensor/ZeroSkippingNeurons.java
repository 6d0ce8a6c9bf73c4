package io.sluice.tensor;

/**
 * For one or two rows, leaves out what neurons that did not fire would write: nine of ten, so most
 * of W2 is never read. Exact: what is left out is zero. More rows, and W1, go to the matrices that
 * it stands before. Thread-safe if they are.
 */
final class ZeroSkippingNeurons implements NeuronMatrices {
  /** Rows up to which it pays; with more, other rows' neurons cover most of W2. */
  private static final int MOST_ROWS = 2;

  private final NeuronMatrices dense;
  private final float[] writes; // W2: (F, D)
  private final Kernels kernels;
  private final ThreadLocal<Scratch> scratches = ThreadLocal.withInitial(Scratch::new);

  /**
   * @param writes W2 transposed: shape (F, D); kept, not copied
   */
  ZeroSkippingNeurons(NeuronMatrices dense, float[] writes, Kernels kernels) {
    this.dense = dense;
    this.writes = writes;
    this.kernels = kernels;
  }

  /** Memory of one thread. */
  private final class Scratch {
    private final float[] inputs = new float[MOST_ROWS * width()];
    private final float[] activations = new float[MOST_ROWS * neurons()];
    private final float[] fired = new float[neurons()];
    private final int[] numbers = new int[neurons()];
  }

  @Override
  public int neurons() {
    return dense.neurons();
  }

  @Override
  public int width() {
    return dense.width();
  }

  @Override
  public void activate(float[] x, int rows, int first, int count, float[] activations) {
    dense.activate(x, rows, first, count, activations);
  }

  @Override
  public void accumulate(float[] activations, int rows, int first, int count, float[] y) {
    if (rows > MOST_ROWS) {
      dense.accumulate(activations, rows, first, count, y);
      return;
    }
    for (int row = 0; row < rows; row++) {
      write(activations, row * count, first, count, y, row * width());
    }
  }

  @Override
  public void addOutputs(float[] x, int[] members, int size, int first, int count, float[] y) {
    if (size > MOST_ROWS) {
      dense.addOutputs(x, members, size, first, count, y);
      return;
    }
    int width = width();
    Scratch scratch = scratches.get();
    for (int i = 0; i < size; i++) {
      System.arraycopy(x, members[i] * width, scratch.inputs, i * width, width);
    }
    dense.activate(scratch.inputs, size, first, count, scratch.activations);
    for (int i = 0; i < size; i++) {
      write(scratch.activations, i * count, first, count, y, members[i] * width);
    }
  }

  private void write(float[] activations, int from, int first, int count, float[] y, int to) {
    Scratch scratch = scratches.get();
    int found = 0;
    for (int i = 0; i < count; i++) {
      float activation = activations[from + i];
      scratch.fired[found] = activation;
      scratch.numbers[found] = first + i;
      found += activation == 0f ? 0 : 1;
    }
    kernels.addRows(scratch.fired, scratch.numbers, found, writes, width(), y, to);
  }
}
