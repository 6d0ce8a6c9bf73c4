package io.sluice.tensor;

import static org.bytedeco.openblas.global.openblas_nolapack.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sgemm;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sgemv;

import org.bytedeco.javacpp.FloatPointer;

/**
 * The two matrices in native memory, multiplied by the OpenBLAS that ND4J's CPU backend brings. The
 * library is called directly because ND4J copies a range of rows before it multiplies. Calls leave
 * no garbage once a thread's memory has grown to the size of its batches.
 */
final class OpenBlasNeuronMatrices implements NeuronMatrices {
  private final int neurons;
  private final int width;
  private final FloatPointer reads; // W1: (F, D)
  private final FloatPointer writes; // W2: (F, D)
  private final float[] bias; // b1: (F)
  private final Kernels kernels;
  private final ThreadLocal<Scratch> scratches = ThreadLocal.withInitial(Scratch::new);

  OpenBlasNeuronMatrices(float[] reads, float[] bias, float[] writes, Kernels kernels) {
    this.neurons = bias.length;
    this.width = reads.length / bias.length;
    this.reads = new FloatPointer(reads);
    this.writes = new FloatPointer(writes);
    this.bias = bias.clone();
    this.kernels = kernels;
  }

  /** Memory of one thread, and its own pointers to the weights: a pointer has a position. */
  private final class Scratch {
    private final FloatPointer readsAt = new FloatPointer(OpenBlasNeuronMatrices.this.reads);
    private final FloatPointer writesAt = new FloatPointer(OpenBlasNeuronMatrices.this.writes);
    private final NativeFloats wide = new NativeFloats();
    private final NativeFloats narrow = new NativeFloats();
    private final NativeFloats outputs = new NativeFloats();
    private float[] values = new float[0];

    float[] values(int length) {
      if (values.length < length) {
        values = new float[length];
      }
      return values;
    }

    FloatPointer reads(int neuron) {
      return readsAt.position((long) neuron * width);
    }

    FloatPointer writes(int neuron) {
      return writesAt.position((long) neuron * width);
    }
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
    check(x.length, activations.length, rows, first, count);
    Scratch scratch = scratches.get();
    scratch.wide.reserve(rows * width).put(0, x, 0, rows * width);
    scratch.narrow.reserve(rows * count);
    int tall = Tiles.rows(rows, width);
    int tile = Tiles.neurons(rows, width, count);
    for (int from = 0; from < count; from += tile) {
      int size = Math.min(tile, count - from);
      for (int row = 0; row < rows; row += tall) {
        FloatPointer to = scratch.narrow.at(row * count + from);
        read(scratch, row, Math.min(tall, rows - row), first + from, size, to, count);
      }
    }
    scratch.narrow.get(0, activations, 0, rows * count);
    kernels.addBiasRelu(activations, rows, bias, first, count);
  }

  @Override
  public void accumulate(float[] activations, int rows, int first, int count, float[] y) {
    check(y.length, activations.length, rows, first, count);
    Scratch scratch = scratches.get();
    scratch.narrow.reserve(rows * count).put(0, activations, 0, rows * count);
    scratch.outputs.reserve(rows * width).put(0, y, 0, rows * width);
    int tall = Tiles.rows(rows, width);
    int tile = Tiles.neurons(rows, width, count);
    for (int from = 0; from < count; from += tile) {
      int size = Math.min(tile, count - from);
      for (int row = 0; row < rows; row += tall) {
        FloatPointer active = scratch.narrow.at(row * count + from);
        write(scratch, active, count, row, Math.min(tall, rows - row), first + from, size, 1f);
      }
    }
    scratch.outputs.get(0, y, 0, rows * width);
  }

  @Override
  public void addOutputs(float[] x, int[] members, int size, int first, int count, float[] y) {
    int last = 0;
    for (int i = 0; i < size; i++) {
      last = Math.max(last, members[i]);
    }
    check(Math.min(x.length, y.length), size * count, last + 1, first, size, count);
    Scratch scratch = scratches.get();
    scratch.wide.reserve(size * width);
    scratch.outputs.reserve(size * width);
    for (int i = 0; i < size; i++) {
      scratch.wide.put(i * width, x, members[i] * width, width);
    }
    int tall = Tiles.rows(size, width);
    int tile = Tiles.neurons(size, width, count);
    scratch.narrow.reserve(tall * tile);
    float[] active = scratch.values(Math.max(tall * tile, width));
    for (int from = 0; from < count; from += tile) {
      int wide = Math.min(tile, count - from);
      for (int row = 0; row < size; row += tall) {
        int rows = Math.min(tall, size - row);
        read(scratch, row, rows, first + from, wide, scratch.narrow.at(0), wide);
        scratch.narrow.get(0, active, 0, rows * wide);
        kernels.addBiasRelu(active, rows, bias, first + from, wide);
        scratch.narrow.put(0, active, 0, rows * wide);
        float keep = from == 0 ? 0f : 1f;
        write(scratch, scratch.narrow.at(0), wide, row, rows, first + from, wide, keep);
      }
    }
    for (int i = 0; i < size; i++) {
      scratch.outputs.get(i * width, active, 0, width);
      add(active, y, members[i] * width);
    }
  }

  /**
   * Products of some rows of the input with a range of W1, one row of them every {@code stride}.
   */
  private void read(
      Scratch scratch, int row, int rows, int first, int count, FloatPointer to, int stride) {
    FloatPointer in = scratch.wide.at(row * width);
    FloatPointer range = scratch.reads(first);
    if (rows == 1) {
      cblas_sgemv(CblasRowMajor, CblasNoTrans, count, width, 1f, range, width, in, 1, 0f, to, 1);
      return;
    }
    cblas_sgemm(
        CblasRowMajor,
        CblasNoTrans,
        CblasTrans,
        rows,
        count,
        width,
        1f,
        in,
        width,
        range,
        width,
        0f,
        to,
        stride);
  }

  /** Adds what a range writes to some rows of the output, of which a share is kept. */
  private void write(
      Scratch scratch,
      FloatPointer active,
      int stride,
      int row,
      int rows,
      int first,
      int count,
      float keep) {
    FloatPointer out = scratch.outputs.at(row * width);
    FloatPointer range = scratch.writes(first);
    if (rows == 1) {
      cblas_sgemv(
          CblasRowMajor, CblasTrans, count, width, 1f, range, width, active, 1, keep, out, 1);
      return;
    }
    cblas_sgemm(
        CblasRowMajor,
        CblasNoTrans,
        CblasNoTrans,
        rows,
        width,
        count,
        1f,
        active,
        stride,
        range,
        width,
        keep,
        out,
        width);
  }

  private void add(float[] row, float[] y, int to) {
    for (int d = 0; d < width; d++) {
      y[to + d] += row[d];
    }
  }

  private void check(int wide, int narrow, int rows, int first, int count) {
    check(wide, narrow, rows, first, rows, count);
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

  void close() {
    reads.close();
    writes.close();
  }
}
