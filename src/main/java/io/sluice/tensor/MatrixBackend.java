package io.sluice.tensor;

/** Holds weight matrices where products with them are fast. Thread-safe. */
public interface MatrixBackend extends AutoCloseable {

  /**
   * Takes a weight matrix.
   *
   * @param weight shape (out, in), row-major; copied
   * @param out rows of the weight, width of the product
   * @param in columns of the weight, width of the input
   */
  WeightMatrix weight(float[] weight, int out, int in);

  /** Name of the backend, such as {@code nd4j-cpu}, for logs. */
  String name();

  /** True if products run on a CUDA device. */
  boolean cuda();

  /** Frees what this backend holds; no product may follow. */
  @Override
  void close();
}
