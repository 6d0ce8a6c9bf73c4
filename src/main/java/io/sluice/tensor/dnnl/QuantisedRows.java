package io.sluice.tensor.dnnl;

import io.sluice.tensor.Kernels;
import io.sluice.tensor.WeightMatrix;
import io.sluice.tensor.dnnl.PackedWeights.Order;
import io.sluice.tensor.dnnl.Scratch.Slot;
import java.util.Arrays;

/** The rows of an int8 matrix. Thread-safe. */
final class QuantisedRows implements DnnlWeightMatrix.RowSource {
  private final DnnlContext context;
  private final Quantiser quantiser;
  private final int in;
  private final float[] bias; // (out), in units of the integer product
  private final float[] scales; // (out)
  private final PackedWeights weights;
  private volatile byte[] plain;

  /**
   * @param weights the matrix that these are the rows of
   */
  private QuantisedRows(
      DnnlContext context,
      Quantiser quantiser,
      int in,
      float[] bias,
      float[] scales,
      PackedWeights weights) {
    this.weights = weights;
    this.context = context;
    this.quantiser = quantiser;
    this.in = in;
    this.bias = bias;
    this.scales = scales;
  }

  /**
   * A matrix of all of some rows.
   *
   * @param values shape (out, in)
   * @param bias shape (out), in units of the integer product, kept
   * @param scales of the products, shape (out), kept
   */
  static DnnlWeightMatrix matrix(
      DnnlContext context,
      Quantiser quantiser,
      byte[] values,
      float[] bias,
      float[] scales,
      int in) {
    Shape shape = Shape.quantised(in, scales.length, Types.QUANTISED, scales);
    PrimitiveSet primitives = context.primitives(shape);
    PackedWeights packed = PackedWeights.of(primitives, values, Order.BY_OUTPUT, context);
    return new DnnlWeightMatrix(
        context,
        new Product(context, primitives, packed, bias, Slot.QUANTISED, Slot.OUTPUT),
        packed,
        quantiser,
        new QuantisedRows(context, quantiser, in, bias, scales, packed));
  }

  @Override
  public void multiply(float[] x, int row, int[] ids, float[] y, int to) {
    if (Float.isNaN(x[row * in])) { // see DnnlWeightMatrix#keepNan
      Arrays.fill(y, to, to + ids.length, Float.NaN);
      return;
    }
    Scratch scratch = context.scratch();
    float[] values = scratch.floats(in);
    int[] sums = scratch.integers(ids.length);
    Kernels kernels = quantiser.kernels();
    kernels.quantiseToFloats(x, row * in, in, quantiser.quantisation(), values);
    kernels.multiplyByteRows(values, plain(), in, ids, sums);
    for (int i = 0; i < ids.length; i++) {
      y[to + i] = (sums[i] + bias[ids[i]]) * scales[ids[i]];
    }
  }

  @Override
  public WeightMatrix select(int[] ids) {
    byte[] all = plain();
    byte[] some = new byte[ids.length * in];
    float[] someBias = new float[ids.length];
    float[] someScales = new float[ids.length];
    for (int i = 0; i < ids.length; i++) {
      System.arraycopy(all, ids[i] * in, some, i * in, in);
      someBias[i] = bias[ids[i]];
      someScales[i] = scales[ids[i]];
    }
    return matrix(context, quantiser, some, someBias, someScales, in);
  }

  private byte[] plain() {
    byte[] copied = plain;
    return copied == null ? copy() : copied;
  }

  private synchronized byte[] copy() {
    if (plain == null) {
      plain = weights.bytes(Order.BY_OUTPUT, context);
    }
    return plain;
  }
}
