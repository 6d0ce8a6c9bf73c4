package io.sluice.tensor.dnnl;

import io.sluice.tensor.WeightMatrix;
import io.sluice.tensor.dnnl.PackedWeights.Order;
import io.sluice.tensor.dnnl.Scratch.Slot;

/** Makes int8 matrices of some rows of another. Thread-safe. */
final class QuantisedRows implements DnnlWeightMatrix.RowSource {
  private final DnnlContext context;
  private final Quantiser quantiser;
  private final int in;
  private final float[] bias; // (out), in units of the integer product
  private final float[] scales; // (out)
  private byte[] plain;

  QuantisedRows(DnnlContext context, Quantiser quantiser, int in, float[] bias, float[] scales) {
    this.context = context;
    this.quantiser = quantiser;
    this.in = in;
    this.bias = bias;
    this.scales = scales;
  }

  @Override
  public WeightMatrix select(int[] ids, PackedWeights weights) {
    byte[] all = plain(weights);
    int columns = FloatRows.padded(ids.length);
    byte[] some = new byte[columns * in];
    float[] someBias = new float[columns];
    float[] someScales = new float[columns];
    for (int i = 0; i < ids.length; i++) {
      System.arraycopy(all, ids[i] * in, some, i * in, in);
      someBias[i] = bias[ids[i]];
      someScales[i] = scales[ids[i]];
    }
    PrimitiveSet primitives = context.primitives(Shape.rescaled(in, columns));
    PackedWeights packed = PackedWeights.of(primitives, some, Order.BY_OUTPUT, context);
    return new DnnlWeightMatrix(
        context,
        new Product(context, primitives, packed, someBias, someScales, Slot.QUANTISED, Slot.OUTPUT),
        packed,
        quantiser,
        ids.length,
        new QuantisedRows(context, quantiser, in, someBias, someScales));
  }

  private synchronized byte[] plain(PackedWeights weights) {
    if (plain == null) {
      plain = weights.bytes(Order.BY_OUTPUT, context);
    }
    return plain;
  }
}
