package io.sluice.tensor.dnnl;

import io.sluice.tensor.Kernels;
import io.sluice.tensor.PlainRows;
import io.sluice.tensor.WeightMatrix;
import io.sluice.tensor.dnnl.PackedWeights.Order;
import io.sluice.tensor.dnnl.Scratch.Slot;

/** The rows of a float32 matrix. Thread-safe. */
final class FloatRows implements DnnlWeightMatrix.RowSource {
  private final DnnlContext context;
  private final int in;
  private final float[] bias; // null: none
  private final Kernels kernels;
  private final PlainRows plain;

  /**
   * @param weights the matrix that these are the rows of
   */
  private FloatRows(
      DnnlContext context,
      Kernels kernels,
      float[] weight,
      float[] bias,
      int in,
      PackedWeights weights) {
    this.context = context;
    this.kernels = kernels;
    this.plain = new PlainRows(weight, () -> weights.floats(Order.BY_OUTPUT, context));
    this.bias = bias;
    this.in = in;
  }

  /**
   * A matrix of all of some rows.
   *
   * @param weight shape (out, in)
   * @param bias shape (out), kept; null: none
   */
  static DnnlWeightMatrix matrix(
      DnnlContext context, Kernels kernels, float[] weight, float[] bias, int in) {
    int out = weight.length / in;
    PrimitiveSet primitives = context.primitives(Shape.floats(in, out, bias != null, false));
    PackedWeights packed = PackedWeights.of(primitives, weight, Order.BY_OUTPUT, context);
    return new DnnlWeightMatrix(
        context,
        new Product(context, primitives, packed, bias, Slot.INPUT, Slot.OUTPUT),
        packed,
        null,
        new FloatRows(context, kernels, weight, bias, in, packed));
  }

  @Override
  public void multiply(float[] x, int row, int[] ids, float[] y, int to) {
    kernels.multiplyRows(x, row * in, plain.values(), in, ids, y, to);
    for (int i = 0; bias != null && i < ids.length; i++) {
      y[to + i] += bias[ids[i]];
    }
  }

  @Override
  public WeightMatrix select(int[] ids) {
    float[] all = plain.values();
    float[] some = new float[ids.length * in];
    float[] someBias = bias == null ? null : new float[ids.length];
    for (int i = 0; i < ids.length; i++) {
      System.arraycopy(all, ids[i] * in, some, i * in, in);
      if (bias != null) {
        someBias[i] = bias[ids[i]];
      }
    }
    return matrix(context, kernels, some, someBias, in);
  }
}
