package io.sluice.tensor.dnnl;

import io.sluice.tensor.WeightMatrix;
import io.sluice.tensor.dnnl.PackedWeights.Order;
import io.sluice.tensor.dnnl.Scratch.Slot;
import java.lang.ref.WeakReference;

/** Makes float32 matrices of some rows of another. Thread-safe. */
final class FloatRows implements DnnlWeightMatrix.RowSource {
  /** Widths are multiples of this, so that few shapes have to be compiled. */
  static final int STEP = 128;

  private final DnnlContext context;
  private final int in;
  private final float[] bias; // null: none
  private final WeakReference<float[]> given; // an embedding keeps the same table
  private float[] own;

  FloatRows(DnnlContext context, float[] weight, float[] bias, int in) {
    this.context = context;
    this.given = new WeakReference<>(weight);
    this.bias = bias;
    this.in = in;
  }

  /** The least multiple of {@link #STEP} that holds so many columns. */
  static int padded(int columns) {
    return (columns + STEP - 1) / STEP * STEP;
  }

  @Override
  public WeightMatrix select(int[] ids, PackedWeights weights) {
    float[] plain = plain(weights);
    int columns = padded(ids.length);
    float[] some = new float[columns * in];
    float[] someBias = bias == null ? null : new float[columns];
    for (int i = 0; i < ids.length; i++) {
      System.arraycopy(plain, ids[i] * in, some, i * in, in);
      if (bias != null) {
        someBias[i] = bias[ids[i]];
      }
    }
    PrimitiveSet primitives = context.primitives(Shape.floats(in, columns, bias != null, false));
    PackedWeights packed = PackedWeights.of(primitives, some, Order.BY_OUTPUT, context);
    return new DnnlWeightMatrix(
        context,
        new Product(context, primitives, packed, someBias, null, Slot.INPUT, Slot.OUTPUT),
        packed,
        null,
        ids.length,
        new FloatRows(context, some, someBias, in));
  }

  private float[] plain(PackedWeights weights) {
    float[] shared = given.get();
    if (shared != null) {
      return shared;
    }
    synchronized (this) {
      if (own == null) {
        own = weights.floats(Order.BY_OUTPUT, context);
      }
      return own;
    }
  }
}
