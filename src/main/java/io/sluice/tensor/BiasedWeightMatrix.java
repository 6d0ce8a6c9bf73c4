package io.sluice.tensor;

/** A matrix without a bias, and a bias that is added in a second pass. */
final class BiasedWeightMatrix implements WeightMatrix {
  private final WeightMatrix weight;
  private final float[] bias;
  private final Kernels kernels;

  BiasedWeightMatrix(WeightMatrix weight, float[] bias, Kernels kernels) {
    if (bias.length != weight.out()) {
      throw new IllegalArgumentException(
          "a bias of " + bias.length + " values for " + weight.out() + " columns");
    }
    this.weight = weight;
    this.bias = bias.clone();
    this.kernels = kernels;
  }

  @Override
  public int out() {
    return weight.out();
  }

  @Override
  public int in() {
    return weight.in();
  }

  @Override
  public void multiply(float[] x, int rows, float[] y) {
    weight.multiply(x, rows, y);
    kernels.addBias(y, rows, bias);
  }

  @Override
  public void multiplySome(float[] x, int row, int[] ids, float[] y, int to) {
    weight.multiplySome(x, row, ids, y, to);
    for (int i = 0; i < ids.length; i++) {
      y[to + i] += bias[ids[i]];
    }
  }

  @Override
  public WeightMatrix rows(int[] ids) {
    float[] some = new float[ids.length];
    for (int i = 0; i < ids.length; i++) {
      some[i] = bias[ids[i]];
    }
    return new BiasedWeightMatrix(weight.rows(ids), some, kernels);
  }

  @Override
  public void close() {
    weight.close();
  }
}
