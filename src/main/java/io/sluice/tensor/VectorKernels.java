package io.sluice.tensor;

/**
 * The CPU's vector instructions through {@code jdk.incubator.vector}. Loads only where that module
 * is there: see {@link KernelChoice}.
 */
final class VectorKernels implements Kernels {

  @Override
  public String name() {
    return "vector (" + VectorRows.SPECIES.vectorBitSize() + " bits)";
  }

  @Override
  public void addBias(float[] y, int rows, float[] bias) {
    VectorRows.addBias(y, rows, bias);
  }

  @Override
  public void addBiasRelu(float[] y, int rows, float[] bias, int from, int width) {
    VectorRows.addBiasRelu(y, rows, bias, from, width);
  }

  @Override
  public void addInPlace(float[] y, float[] x, int length) {
    FloatMath.addInPlace(y, x, length); // the JIT compiler makes the same of it
  }

  @Override
  public void layerNorm(float[] x, int rows, float[] gain, float[] bias, float epsilon, float[] y) {
    VectorRows.layerNorm(x, rows, gain, bias, epsilon, y);
  }

  @Override
  public void quantise(float[] x, int from, int length, Quantisation quantisation, byte[] bytes) {
    VectorQuantisation.apply(x, from, length, quantisation, bytes);
  }

  @Override
  public void quantiseToFloats(
      float[] x, int from, int length, Quantisation quantisation, float[] values) {
    VectorQuantisation.apply(x, from, length, quantisation, values);
  }

  @Override
  public void tanhInPlace(float[] x, int length) {
    VectorExponential.tanhInPlace(x, length);
  }

  @Override
  public void softmaxInPlace(float[] x, int from, int length) {
    VectorExponential.softmaxInPlace(x, from, length);
  }

  @Override
  public void topLogProbabilities(
      float[] logits, int from, int width, int best, int[] ids, float[] logProbabilities, int to) {
    VectorRanking.topLogProbabilities(logits, from, width, best, ids, logProbabilities, to);
  }

  @Override
  public void multiplyRows(
      float[] x, int from, float[] matrix, int width, int[] rows, float[] y, int to) {
    VectorRowProducts.multiply(x, from, matrix, width, rows, y, to);
  }

  @Override
  public void multiplyByteRows(float[] x, byte[] matrix, int width, int[] rows, int[] sums) {
    VectorByteProducts.multiply(x, matrix, width, rows, sums);
  }

  @Override
  public void attend(
      int heads,
      int headWidth,
      float[] query,
      int queryFrom,
      float[] keys,
      int keysFrom,
      float[] values,
      int valuesFrom,
      int length,
      float[] out,
      int outFrom,
      float[] weights,
      float[] weightSums) {
    int capacity = Kernels.padded(length);
    VectorAttention.weigh(
        heads, headWidth, query, queryFrom, keys, keysFrom, length, capacity, weights);
    VectorAttention.mix(
        heads, headWidth, length, capacity, weights, values, valuesFrom, out, outFrom, weightSums);
  }

  @Override
  public void packPairs(int heads, int headWidth, float[] x, int from, float[] pairs, int to) {
    VectorPairAttention.pack(heads, headWidth, x, from, pairs, to);
  }

  @Override
  public void attendPairs(
      int heads,
      int headWidth,
      float[] query,
      int queryFrom,
      float[] keys,
      int keysFrom,
      float[] values,
      int valuesFrom,
      int length,
      float[] out,
      int outFrom,
      float[] weights,
      float[] weightSums) {
    int capacity = Kernels.padded(length);
    VectorPairAttention.weigh(
        heads, headWidth, query, queryFrom, keys, keysFrom, length, capacity, weights);
    VectorPairAttention.mix(
        heads, headWidth, length, capacity, weights, values, valuesFrom, out, outFrom, weightSums);
  }

  @Override
  public void attendSentence(
      int heads,
      int headWidth,
      float[] projected,
      int from,
      int length,
      float[] out,
      int outFrom,
      float[] scratch) {
    VectorSentenceAttention.attend(
        heads, headWidth, projected, from, length, out, outFrom, scratch);
  }

  @Override
  public void addRows(
      float[] factors, int[] rows, int count, float[] matrix, int width, float[] y, int to) {
    VectorRows.addRows(factors, rows, count, matrix, width, y, to);
  }
}
