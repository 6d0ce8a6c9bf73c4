package io.sluice.tensor;

import java.util.Arrays;
import java.util.Objects;

/** Some blocks of neurons as a smaller layer, on the weights that all share. Thread-safe. */
final class FusedBlock implements NeuronBlock {
  private final FusedNeurons neurons;
  private final int width; // D
  private final int[] firsts; // of each run of neighbouring neurons
  private final int[] lengths;
  private final float[] start; // (D)

  /**
   * @param blocks numbers of blocks
   * @param size neurons of a block
   * @param start what a row starts from, shape (D)
   */
  FusedBlock(FusedNeurons neurons, int[] blocks, int size, float[] start) {
    this.neurons = neurons;
    this.width = neurons.width();
    this.start = start.clone();
    int[] froms = new int[blocks.length];
    int[] counts = new int[blocks.length];
    int runs = 0;
    for (int block : blocks) {
      Objects.checkFromIndexSize(block * size, size, neurons.neurons());
      if (runs > 0 && froms[runs - 1] + counts[runs - 1] == block * size) {
        counts[runs - 1] += size;
      } else {
        froms[runs] = block * size;
        counts[runs++] = size;
      }
    }
    this.firsts = Arrays.copyOf(froms, runs);
    this.lengths = Arrays.copyOf(counts, runs);
  }

  @Override
  public void apply(float[] x, int rows, float[] y) {
    if (rows < 1 || Math.min(x.length, y.length) < (long) rows * width) {
      throw new IllegalArgumentException(
          "%d rows of width %d: arrays of %d and %d".formatted(rows, width, x.length, y.length));
    }
    FusedPass pass = neurons.pass();
    for (int row = 0; row < rows; row++) {
      System.arraycopy(start, 0, y, row * width, width);
    }
    for (int from = 0; from < rows; from += FusedPass.MOST_ROWS) {
      pass.begin(x, from, Math.min(FusedPass.MOST_ROWS, rows - from), y);
      run(pass);
    }
  }

  @Override
  public void apply(float[] x, int[] members, int size, float[] y) {
    FusedPass pass = neurons.pass();
    for (int i = 0; i < size; i++) {
      System.arraycopy(start, 0, y, members[i] * width, width);
    }
    for (int from = 0; from < size; from += FusedPass.MOST_ROWS) {
      pass.begin(x, members, from, Math.min(FusedPass.MOST_ROWS, size - from), y);
      run(pass);
    }
  }

  private void run(FusedPass pass) {
    for (int i = 0; i < firsts.length; i++) {
      pass.add(firsts[i], lengths[i]);
    }
    pass.end();
  }
}
