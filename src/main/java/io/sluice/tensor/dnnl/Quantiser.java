package io.sluice.tensor.dnnl;

import io.sluice.tensor.Kernels;
import io.sluice.tensor.Quantisation;
import io.sluice.tensor.dnnl.Scratch.Slot;

/**
 * Turns float32 rows into bytes at a thread's {@link Slot#QUANTISED}, straight from heap memory.
 *
 * @param kernels quantise
 * @param quantisation of the rows
 * @param width of a row
 */
record Quantiser(Kernels kernels, Quantisation quantisation, int width) {

  /** Quantises so many rows of x from {@code first}, at most {@link RowBuckets#LARGEST}. */
  void put(Scratch scratch, float[] x, int first, int rows) {
    byte[] bytes = bytes(scratch, x, first, rows);
    long room = (long) RowBuckets.LARGEST * width;
    scratch.reserve(Slot.QUANTISED, room).bytes().put(0, bytes, 0, rows * width);
  }

  /** The same for the rows {@code members[at]} and those after it. */
  void gather(Scratch scratch, float[] x, int[] members, int at, int rows) {
    var to = scratch.reserve(Slot.QUANTISED, (long) RowBuckets.LARGEST * width).bytes();
    for (int i = 0; i < rows; i++) {
      to.put(i * width, bytes(scratch, x, members[at + i], 1), 0, width);
    }
  }

  /** In heap memory: {@code rows × width} values, scratch. */
  byte[] bytes(Scratch scratch, float[] x, int first, int rows) {
    byte[] bytes = scratch.quantised(rows * width);
    kernels.quantise(x, first * width, rows * width, quantisation, bytes);
    return bytes;
  }
}
