package io.sluice.tensor;

import static org.bytedeco.openblas.global.openblas_nolapack.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sgemm;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sgemv;

import java.util.Objects;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/**
 * A weight in native memory, multiplied by the OpenBLAS that ND4J's CPU backend brings. It lies in
 * blocks of columns: rows that are a power of two apart would fall on each other in the cache. One
 * row goes through gemv, which is several times faster than gemm for it. Calls leave no garbage
 * once a thread's memory has grown to the size of its batches.
 */
final class OpenBlasWeightMatrix implements WeightMatrix {
  /** Columns of one block. */
  private static final int DEPTH = 256;

  private final int out;
  private final int in;
  private final FloatPointer weight; // blocks of columns, each (out, up to DEPTH)
  private final ThreadLocal<NativeFloats> inputs;
  private final ThreadLocal<NativeFloats> outputs;
  private final ThreadLocal<FloatPointer> ranges;
  private final Kernels kernels;
  private final PlainRows plain;

  /**
   * @param weight shape (out, in), row-major
   * @param inputs memory of each thread for inputs, shared with other weights
   * @param outputs the same for outputs
   * @param kernels multiply single rows of it
   */
  OpenBlasWeightMatrix(
      float[] weight,
      int out,
      int in,
      ThreadLocal<NativeFloats> inputs,
      ThreadLocal<NativeFloats> outputs,
      Kernels kernels) {
    this(new FloatPointer(blocks(weight, out, in)), weight, out, in, inputs, outputs, kernels);
  }

  private OpenBlasWeightMatrix(
      FloatPointer blocks,
      float[] given,
      int out,
      int in,
      ThreadLocal<NativeFloats> inputs,
      ThreadLocal<NativeFloats> outputs,
      Kernels kernels) {
    this.out = out;
    this.in = in;
    this.weight = blocks;
    this.kernels = kernels;
    this.plain = new PlainRows(given, this::copy);
    this.inputs = inputs;
    this.outputs = outputs;
    this.ranges = ThreadLocal.withInitial(() -> new FloatPointer(this.weight));
  }

  @Override
  public int out() {
    return out;
  }

  @Override
  public int in() {
    return in;
  }

  @Override
  public void multiply(float[] x, int rows, float[] y) {
    if (rows < 1 || x.length < (long) rows * in || y.length < (long) rows * out) {
      throw new IllegalArgumentException(
          "%d rows of (%d, %d): arrays of %d and %d".formatted(rows, out, in, x.length, y.length));
    }
    NativeFloats input = inputs.get().reserve(rows * in);
    NativeFloats output = outputs.get().reserve(rows * out);
    input.put(0, x, 0, rows * in);
    for (int from = 0; from < in; from += DEPTH) {
      if (rows == 1) {
        row(input, from, output);
      } else {
        rows(input, rows, from, output);
      }
    }
    output.get(0, y, 0, rows * out);
  }

  /** Adds the products of one row with one block; the first block overwrites. */
  private void row(NativeFloats input, int from, NativeFloats output) {
    int depth = Math.min(DEPTH, in - from);
    cblas_sgemv(
        CblasRowMajor,
        CblasNoTrans,
        out,
        depth,
        1f,
        range(from, 0, depth),
        depth,
        input.at(from),
        1,
        from == 0 ? 0f : 1f,
        output.at(0),
        1);
  }

  private void rows(NativeFloats input, int rows, int from, NativeFloats output) {
    int depth = Math.min(DEPTH, in - from);
    int tall = Tiles.rows(rows, depth);
    int tile = Tiles.neurons(rows, depth, out);
    for (int first = 0; first < out; first += tile) {
      for (int row = 0; row < rows; row += tall) {
        cblas_sgemm(
            CblasRowMajor,
            CblasNoTrans,
            CblasTrans,
            Math.min(tall, rows - row),
            Math.min(tile, out - first),
            depth,
            1f,
            input.at(row * in + from),
            in,
            range(from, first, depth),
            depth,
            from == 0 ? 0f : 1f,
            output.at(row * out + first),
            out);
      }
    }
  }

  /** Where a row of the block begins. */
  private FloatPointer range(int from, int first, int depth) {
    return ranges.get().position((long) from * out + (long) first * depth);
  }

  private static float[] blocks(float[] weight, int out, int in) {
    float[] blocks = new float[weight.length];
    for (int from = 0; from < in; from += DEPTH) {
      int depth = Math.min(DEPTH, in - from);
      for (int row = 0; row < out; row++) {
        System.arraycopy(weight, row * in + from, blocks, from * out + row * depth, depth);
      }
    }
    return blocks;
  }

  private float[] copy() {
    float[] rows = new float[out * in];
    FloatPointer block = new FloatPointer(weight);
    for (int from = 0; from < in; from += DEPTH) {
      int depth = Math.min(DEPTH, in - from);
      for (int row = 0; row < out; row++) {
        block.position((long) from * out + (long) row * depth);
        block.get(rows, row * in + from, depth);
      }
    }
    return rows;
  }

  @Override
  public void multiplySome(float[] x, int row, int[] ids, float[] y, int to) {
    kernels.multiplyRows(x, row * in, plain.values(), in, ids, y, to);
  }

  @Override
  public WeightMatrix rows(int[] ids) {
    FloatPointer chosen = new FloatPointer((long) ids.length * in);
    Pointer to = new Pointer(chosen); // positions in bytes
    Pointer whole = new Pointer(weight);
    for (int from = 0; from < in; from += DEPTH) {
      long bytes = (long) Math.min(DEPTH, in - from) * Float.BYTES;
      long base = (long) from * Float.BYTES;
      for (int i = 0; i < ids.length; i++) {
        Objects.checkIndex(ids[i], out);
        Pointer.memcpy(
            to.position(base * ids.length + bytes * i),
            whole.position(base * out + bytes * ids[i]),
            bytes);
      }
    }
    return new OpenBlasWeightMatrix(chosen, null, ids.length, in, inputs, outputs, kernels);
  }

  @Override
  public void close() {
    weight.close();
  }
}
