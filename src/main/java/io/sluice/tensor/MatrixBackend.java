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

  /**
   * Takes the matrices of a feed-forward layer.
   *
   * @param reads W1, shape (F, D), row-major; copied
   * @param bias b1, shape (F); copied
   * @param writes W2 transposed: shape (F, D), row-major; copied or kept: not to be changed
   */
  NeuronMatrices neurons(float[] reads, float[] bias, float[] writes);

  /** Name of the backend, such as {@code nd4j-cpu}, for logs. */
  String name();

  /** What runs between the products. */
  default Kernels kernels() {
    return KernelChoice.of(KernelChoice.Request.AUTO);
  }

  /** True if products run on a CUDA device. */
  boolean cuda();

  /** Frees what this backend holds; no product may follow. */
  @Override
  void close();
}
