package io.sluice.tensor;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A weight as an ND4J array, on whatever device ND4J runs on; products of single rows run in heap
 * memory. A row-major matrix of shape (rows, n) is the same memory as a column-major one of shape
 * (n, rows): the product is computed as {@code yᵀ = W xᵀ} on column-major arrays.
 */
final class Nd4jWeightMatrix implements WeightMatrix {
  private final INDArray weight; // (out, in), column-major
  private final Kernels kernels;
  private final PlainRows plain;

  Nd4jWeightMatrix(float[] weight, int out, int in, Kernels kernels) {
    this(Nd4j.createFromArray(weight).reshape('c', out, in).dup('f'), weight, kernels);
  }

  private Nd4jWeightMatrix(INDArray weight, float[] given, Kernels kernels) {
    this.weight = weight;
    this.kernels = kernels;
    this.plain = new PlainRows(given, () -> weight.dup('c').data().asFloat());
  }

  @Override
  public int out() {
    return (int) weight.rows();
  }

  @Override
  public int in() {
    return (int) weight.columns();
  }

  @Override
  public void multiply(float[] x, int rows, float[] y) {
    if (rows < 1 || x.length < (long) rows * in() || y.length < (long) rows * out()) {
      throw new IllegalArgumentException(
          "%d rows of (%d, %d): arrays of %d and %d"
              .formatted(rows, out(), in(), x.length, y.length));
    }
    INDArray columns = Nd4j.createFromArray(Arrays.copyOf(x, rows * in())).reshape('f', in(), rows);
    INDArray product = Nd4j.gemm(weight, columns, false, false);
    // a column-major (out, rows) array read in column order is the row-major (rows, out)
    System.arraycopy(product.dup('f').data().asFloat(), 0, y, 0, rows * out());
  }

  @Override
  public void multiplySome(float[] x, int row, int[] ids, float[] y, int to) {
    kernels.multiplyRows(x, row * in(), plain.values(), in(), ids, y, to);
  }

  @Override
  public WeightMatrix rows(int[] ids) {
    return new Nd4jWeightMatrix(weight.getRows(ids).dup('f'), null, kernels);
  }

  @Override
  public void close() {
    if (!weight.wasClosed()) {
      weight.close();
    }
  }
}
