package io.sluice.tensor.dnnl;

import io.sluice.tensor.NeuronBlock;
import io.sluice.tensor.dnnl.Scratch.Slot;
import java.nio.FloatBuffer;

/** Both products of some neurons, one after the other, in native memory. */
final class DnnlNeuronBlock implements NeuronBlock {
  private final DnnlContext context;
  private final NeuronArithmetic arithmetic;
  private final NeuronPair pair;
  private final Product finish;
  private final int width;

  DnnlNeuronBlock(
      DnnlContext context, NeuronArithmetic arithmetic, NeuronPair pair, Product finish) {
    this.context = context;
    this.arithmetic = arithmetic;
    this.pair = pair;
    this.finish = finish;
    this.width = finish.shape().out();
  }

  @Override
  public void apply(float[] x, int rows, float[] y) {
    if (rows < 1 || Math.min(x.length, y.length) < (long) rows * width) {
      throw new IllegalArgumentException(
          "%d rows of width %d: arrays of %d and %d".formatted(rows, width, x.length, y.length));
    }
    Scratch scratch = context.scratch();
    for (int from = 0; from < rows; from += RowBuckets.LARGEST) {
      int count = Math.min(RowBuckets.LARGEST, rows - from);
      arithmetic.prepare(scratch, x, from, count);
      run(scratch, count);
      scratch.at(Slot.OUTPUT).floats().get(0, y, from * width, count * width);
    }
  }

  @Override
  public void apply(float[] x, int[] members, int size, float[] y) {
    Scratch scratch = context.scratch();
    for (int from = 0; from < size; from += RowBuckets.LARGEST) {
      int count = Math.min(RowBuckets.LARGEST, size - from);
      arithmetic.prepare(scratch, x, members, from, count);
      run(scratch, count);
      FloatBuffer output = scratch.at(Slot.OUTPUT).floats();
      for (int i = 0; i < count; i++) {
        output.get(i * width, y, members[from + i] * width, width);
      }
    }
  }

  private void run(Scratch scratch, int rows) {
    pair.activate().run(scratch, rows);
    finish.run(scratch, rows);
  }

  /** Names of the library's kernels for a number of rows. */
  String implementations(int rows) {
    return pair.activate().implementation(rows) + ", " + finish.implementation(rows);
  }
}
