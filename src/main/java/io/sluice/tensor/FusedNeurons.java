package io.sluice.tensor;

import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Both products of a feed-forward layer by vector instructions, panel after panel of neurons: what
 * a panel computes stays in the nearest cache, and of the second product only the rows of W2 are
 * read whose neurons fired, about one in ten. Exact: what is left out is zero. Rows are read and
 * written where they lie, and a row's sums run over its neurons in order, so its result is bit for
 * bit the same in any company. Thread-safe.
 */
final class FusedNeurons implements NeuronMatrices {
  private final int neurons;
  private final int width;
  private final NeuronPanels panels;
  private final float[] writes; // W2: (F, D)
  private final Kernels kernels;
  private final ThreadLocal<FusedPass> passes;

  /**
   * @param reads W1, shape (F, D), row-major
   * @param bias b1, shape (F)
   * @param writes W2 transposed: shape (F, D), row-major; kept, not copied
   * @param passes scratch of each thread, shared with other layers
   */
  FusedNeurons(
      float[] reads, float[] bias, float[] writes, Kernels kernels, ThreadLocal<FusedPass> passes) {
    this.neurons = bias.length;
    this.width = reads.length / bias.length;
    this.panels = new NeuronPanels(reads, bias);
    this.writes = writes;
    this.kernels = kernels;
    this.passes = passes;
  }

  @Override
  public int neurons() {
    return neurons;
  }

  @Override
  public int width() {
    return width;
  }

  @Override
  public void activate(float[] x, int rows, int first, int count, float[] activations) {
    check(x.length, activations.length, rows, first, rows, count);
    FusedPass pass = pass();
    for (int from = 0; from < rows; from += FusedPass.MOST_ROWS) {
      int some = Math.min(FusedPass.MOST_ROWS, rows - from);
      pass.begin(x, from, some, null);
      pass.activate(first, count, activations, from * count);
    }
  }

  @Override
  public void accumulate(float[] activations, int rows, int first, int count, float[] y) {
    check(y.length, activations.length, rows, first, rows, count);
    int[] numbers = IntStream.range(first, first + count).toArray();
    float[] row = new float[count];
    for (int i = 0; i < rows; i++) {
      System.arraycopy(activations, i * count, row, 0, count);
      kernels.addRows(row, numbers, count, writes, width, y, i * width);
    }
  }

  @Override
  public void addOutputs(float[] x, int[] members, int size, int first, int count, float[] y) {
    int reach = 0;
    for (int i = 0; i < size; i++) {
      reach = Math.max(reach, members[i] + 1);
    }
    check(Math.min(x.length, y.length), Integer.MAX_VALUE, reach, first, size, count);
    FusedPass pass = pass();
    for (int from = 0; from < size; from += FusedPass.MOST_ROWS) {
      pass.begin(x, members, from, Math.min(FusedPass.MOST_ROWS, size - from), y);
      pass.add(first, count);
      pass.end();
    }
  }

  @Override
  public void addBlocks(float[] x, int rows, int blocks, byte[] chosen, int[] members, float[] y) {
    check(Math.min(x.length, y.length), chosen.length, rows, 0, rows, blocks);
    int size = neurons / blocks;
    FusedPass pass = pass();
    for (int from = 0; from < rows; from += FusedPass.MOST_ROWS) {
      pass.begin(x, from, Math.min(FusedPass.MOST_ROWS, rows - from), y);
      for (int block = 0; block < blocks; block++) {
        pass.add(block * size, size, chosen, from * blocks + block, blocks);
      }
      pass.end();
    }
  }

  /** Copies nothing: an order of blocks is all that makes a smaller layer. */
  @Override
  public Optional<NeuronBlock> pack(int[] blocks, int size, float[] start) {
    return Optional.of(new FusedBlock(this, blocks, size, start));
  }

  /** This thread's, on these weights. */
  FusedPass pass() {
    return passes.get().with(panels, writes);
  }

  private void check(int wide, int narrow, int reach, int first, int rows, int count) {
    if (first < 0
        || count < 1
        || first + count > neurons
        || rows < 1
        || wide < (long) reach * width
        || narrow < (long) rows * count) {
      throw new IllegalArgumentException(
          "neurons %d to %d of %d, %d rows of width %d: arrays of %d and %d"
              .formatted(first, first + count, neurons, reach, width, wide, narrow));
    }
  }
}
