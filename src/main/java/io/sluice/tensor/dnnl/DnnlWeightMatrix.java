package io.sluice.tensor.dnnl;

import io.sluice.tensor.WeightMatrix;
import io.sluice.tensor.dnnl.Scratch.Slot;
import java.util.Arrays;

/** A weight, and its bias, as one product; in int8 with rows that are quantised first. */
final class DnnlWeightMatrix implements WeightMatrix {
  private final DnnlContext context;
  private final Product product;
  private final PackedWeights weights;
  private final Quantiser quantiser; // null: float32
  private final RowSource rows;

  /**
   * @param quantiser null: float32
   * @param rows its weights in plain memory
   */
  DnnlWeightMatrix(
      DnnlContext context,
      Product product,
      PackedWeights weights,
      Quantiser quantiser,
      RowSource rows) {
    this.context = context;
    this.product = product;
    this.weights = weights;
    this.quantiser = quantiser;
    this.rows = rows;
  }

  /** The rows of the matrix in plain memory. Thread-safe. */
  interface RowSource {

    /** A matrix of some of them. */
    WeightMatrix select(int[] ids);

    /** See {@link WeightMatrix#multiplySome}. */
    void multiply(float[] x, int row, int[] ids, float[] y, int to);
  }

  @Override
  public int out() {
    return product.shape().out();
  }

  @Override
  public int in() {
    return product.shape().in();
  }

  @Override
  public void multiply(float[] x, int rows, float[] y) {
    int out = out();
    if (rows < 1 || x.length < (long) rows * in() || y.length < (long) rows * out) {
      throw new IllegalArgumentException(
          "%d rows of (%d, %d): arrays of %d and %d"
              .formatted(rows, out, in(), x.length, y.length));
    }
    Scratch scratch = context.scratch();
    for (int from = 0; from < rows; from += RowBuckets.LARGEST) {
      int count = Math.min(RowBuckets.LARGEST, rows - from);
      if (quantiser == null) {
        scratch.putRows(x, from, count, in());
      } else {
        quantiser.put(scratch, x, from, count);
      }
      product.run(scratch, count);
      scratch.at(Slot.OUTPUT).floats().get(0, y, from * out, count * out);
      if (quantiser != null) {
        keepNan(x, from, count, y);
      }
    }
  }

  /**
   * A byte cannot say that it is not a number, so what comes of such a row is said here. Rows come
   * from a layer norm, which leaves either no NaN or nothing else: the first value tells.
   */
  private void keepNan(float[] x, int first, int rows, float[] y) {
    for (int row = first; row < first + rows; row++) {
      if (Float.isNaN(x[row * in()])) {
        Arrays.fill(y, row * out(), (row + 1) * out(), Float.NaN);
      }
    }
  }

  @Override
  public void multiplySome(float[] x, int row, int[] ids, float[] y, int to) {
    rows.multiply(x, row, ids, y, to);
  }

  @Override
  public WeightMatrix rows(int[] ids) {
    for (int id : ids) {
      if (id < 0 || id >= out()) {
        throw new IllegalArgumentException("row " + id + " of " + out());
      }
    }
    return rows.select(ids);
  }

  /** Name of the library's kernel for a number of rows. */
  String implementation(int rows) {
    return product.implementation(rows);
  }

  @Override
  public void close() {
    product.close();
    weights.close();
  }
}
