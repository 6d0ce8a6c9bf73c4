package io.sluice.tensor;

/** Holds weight matrices where products with them are fast. Thread-safe. */
public interface MatrixBackend extends AutoCloseable {

  /**
   * Takes a weight matrix.
   *
   * @param name of its place in the network, by which a backend finds the range of its input; null:
   *     its products are always in float32
   * @param weight shape (out, in), row-major; not changed afterwards by the caller
   * @param bias shape (out), copied; null: none
   * @param out rows of the weight, width of the product
   * @param in columns of the weight, width of the input
   */
  WeightMatrix weight(String name, float[] weight, float[] bias, int out, int in);

  /** The same without name and bias. */
  default WeightMatrix weight(float[] weight, int out, int in) {
    return weight(null, weight, null, out, in);
  }

  /**
   * Takes the matrices of a feed-forward layer.
   *
   * @param name of its place in the network; null: its products are always in float32
   * @param reads W1, shape (F, D), row-major; copied
   * @param bias b1, shape (F); copied
   * @param writes W2 transposed: shape (F, D), row-major; copied or kept: not to be changed
   */
  NeuronMatrices neurons(String name, float[] reads, float[] bias, float[] writes);

  /** The same without a name. */
  default NeuronMatrices neurons(float[] reads, float[] bias, float[] writes) {
    return neurons(null, reads, bias, writes);
  }

  /** Name of the backend, such as {@code nd4j-cpu}, for logs. */
  String name();

  /** Arithmetic of the products of named matrices: {@code float32} or {@code int8}. */
  default String precision() {
    return "float32";
  }

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
