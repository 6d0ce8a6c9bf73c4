package io.sluice.tensor;

import static org.bytedeco.openblas.global.openblas_nolapack.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sgemm;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sgemv;

import org.bytedeco.javacpp.FloatPointer;

/**
 * The two matrices in native memory, multiplied by the OpenBLAS that ND4J's CPU backend brings. The
 * library is called directly because ND4J copies a range of rows before it multiplies.
 */
final class OpenBlasNeuronMatrices implements NeuronMatrices {
  private final int neurons;
  private final int width;
  private final FloatPointer reads; // W1: (F, D)
  private final FloatPointer writes; // W2: (F, D)
  private final float[] bias; // b1: (F)
  private final ThreadLocal<Scratch> scratches = ThreadLocal.withInitial(Scratch::new);

  OpenBlasNeuronMatrices(float[] reads, float[] bias, float[] writes) {
    this.neurons = bias.length;
    this.width = reads.length / bias.length;
    this.reads = new FloatPointer(reads);
    this.writes = new FloatPointer(writes);
    this.bias = bias.clone();
  }

  /** Native memory of one thread, grown as needed. */
  private static final class Scratch {
    private FloatPointer in = new FloatPointer(1L);
    private FloatPointer out = new FloatPointer(1L);

    FloatPointer in(float[] values, int length) {
      in = grown(in, length);
      in.put(values, 0, length);
      return in;
    }

    FloatPointer out(int length) {
      out = grown(out, length);
      return out;
    }

    private static FloatPointer grown(FloatPointer old, int length) {
      if (old.capacity() >= length) {
        return old;
      }
      old.close();
      return new FloatPointer(length + length / 2L);
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
    FloatPointer in = scratch.in(x, rows * width);
    FloatPointer out = scratch.out(rows * count);
    FloatPointer range = reads.getPointer((long) first * width);
    if (rows == 1) {
      cblas_sgemv(CblasRowMajor, CblasNoTrans, count, width, 1f, range, width, in, 1, 0f, out, 1);
    } else {
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
          out,
          count);
    }
    out.get(activations, 0, rows * count);
    for (int row = 0, at = 0; row < rows; row++, at += count) {
      for (int i = 0; i < count; i++) {
        activations[at + i] = Math.max(0f, activations[at + i] + bias[first + i]);
      }
    }
  }

  @Override
  public void accumulate(float[] activations, int rows, int first, int count, float[] y) {
    check(y.length, activations.length, rows, first, count);
    Scratch scratch = scratches.get();
    FloatPointer in = scratch.in(activations, rows * count);
    FloatPointer out = scratch.out(rows * width);
    out.put(y, 0, rows * width);
    FloatPointer range = writes.getPointer((long) first * width);
    if (rows == 1) {
      cblas_sgemv(CblasRowMajor, CblasTrans, count, width, 1f, range, width, in, 1, 1f, out, 1);
    } else {
      cblas_sgemm(
          CblasRowMajor,
          CblasNoTrans,
          CblasNoTrans,
          rows,
          width,
          count,
          1f,
          in,
          count,
          range,
          width,
          1f,
          out,
          width);
    }
    out.get(y, 0, rows * width);
  }

  private void check(int wide, int narrow, int rows, int first, int count) {
    if (first < 0
        || count < 1
        || first + count > neurons
        || rows < 1
        || wide < (long) rows * width
        || narrow < (long) rows * count) {
      throw new IllegalArgumentException(
          "neurons %d to %d of %d, %d rows of width %d: arrays of %d and %d"
              .formatted(first, first + count, neurons, rows, width, wide, narrow));
    }
  }

  void close() {
    reads.close();
    writes.close();
  }
}
