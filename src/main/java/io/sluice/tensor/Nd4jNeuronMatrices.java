package io.sluice.tensor;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** The two matrices as ND4J arrays, on whatever device ND4J runs on; ranges are copied. */
final class Nd4jNeuronMatrices implements NeuronMatrices {
  private final INDArray reads; // W1: (F, D)
  private final INDArray writes; // W2: (F, D)
  private final float[] bias; // b1: (F)

  Nd4jNeuronMatrices(float[] reads, float[] bias, float[] writes) {
    int neurons = bias.length;
    this.reads = Nd4j.createFromArray(reads).reshape('c', neurons, reads.length / neurons);
    this.writes = Nd4j.createFromArray(writes).reshape('c', neurons, writes.length / neurons);
    this.bias = bias.clone();
  }

  @Override
  public int neurons() {
    return (int) reads.rows();
  }

  @Override
  public int width() {
    return (int) reads.columns();
  }

  @Override
  public void activate(float[] x, int rows, int first, int count, float[] activations) {
    INDArray product = matrix(x, rows, width()).mmul(range(reads, first, count).transpose());
    System.arraycopy(product.dup('c').data().asFloat(), 0, activations, 0, rows * count);
    for (int row = 0, at = 0; row < rows; row++, at += count) {
      for (int i = 0; i < count; i++) {
        activations[at + i] = Math.max(0f, activations[at + i] + bias[first + i]);
      }
    }
  }

  @Override
  public void accumulate(float[] activations, int rows, int first, int count, float[] y) {
    INDArray product = matrix(activations, rows, count).mmul(range(writes, first, count));
    FloatMath.addInPlace(y, product.dup('c').data().asFloat(), rows * width());
  }

  @Override
  public void addOutputs(float[] x, int[] members, int size, int first, int count, float[] y) {
    int width = width();
    float[] inputs = new float[size * width];
    float[] outputs = new float[size * width];
    float[] activations = new float[size * count];
    for (int i = 0; i < size; i++) {
      System.arraycopy(x, members[i] * width, inputs, i * width, width);
      System.arraycopy(y, members[i] * width, outputs, i * width, width);
    }
    activate(inputs, size, first, count, activations);
    accumulate(activations, size, first, count, outputs);
    for (int i = 0; i < size; i++) {
      System.arraycopy(outputs, i * width, y, members[i] * width, width);
    }
  }

  private static INDArray matrix(float[] values, int rows, int columns) {
    return Nd4j.createFromArray(Arrays.copyOf(values, rows * columns)).reshape('c', rows, columns);
  }

  private static INDArray range(INDArray matrix, int first, int count) {
    return matrix.get(NDArrayIndex.interval(first, first + count), NDArrayIndex.all()).dup('c');
  }

  void close() {
    reads.close();
    writes.close();
  }
}
