package io.sluice.tensor.dnnl;

import io.sluice.tensor.dnnl.PackedWeights.Order;
import io.sluice.tensor.dnnl.Scratch.Slot;

/** Products of a feed-forward layer in float32. Thread-safe. */
final class FloatNeurons implements NeuronArithmetic {
  private final DnnlContext context;
  private final float[] bias; // b1: (F)
  private final int width;

  FloatNeurons(DnnlContext context, float[] bias, int width) {
    this.context = context;
    this.bias = bias.clone();
    this.width = width;
  }

  @Override
  public NeuronPair pack(float[] reads, float[] writes) {
    return pack(reads, bias, writes);
  }

  @Override
  public NeuronPair pack(NeuronPair all, int[] neurons) {
    float[] reads = all.reads().floats(Order.BY_OUTPUT, context);
    float[] writes = all.writes().floats(Order.BY_INPUT, context);
    float[] someBias = new float[neurons.length];
    for (int i = 0; i < neurons.length; i++) {
      someBias[i] = bias[neurons[i]];
    }
    return pack(rows(reads, neurons), someBias, rows(writes, neurons));
  }

  private float[] rows(float[] matrix, int[] neurons) {
    float[] some = new float[neurons.length * width];
    for (int i = 0; i < neurons.length; i++) {
      System.arraycopy(matrix, neurons[i] * width, some, i * width, width);
    }
    return some;
  }

  private NeuronPair pack(float[] reads, float[] someBias, float[] writes) {
    int count = someBias.length;
    PrimitiveSet first = context.primitives(Shape.floats(width, count, true, true));
    PrimitiveSet second = context.primitives(Shape.floats(count, width, false, false));
    PackedWeights read = PackedWeights.of(first, reads, Order.BY_OUTPUT, context);
    PackedWeights write = PackedWeights.of(second, writes, Order.BY_INPUT, context);
    return new NeuronPair(
        read,
        write,
        new Product(context, first, read, someBias, Slot.INPUT, Slot.HIDDEN),
        new Product(context, second, write, null, Slot.HIDDEN, Slot.OUTPUT));
  }

  @Override
  public Product finish(NeuronPair pair, float[] start) {
    PrimitiveSet primitives = context.primitives(Shape.floats(pair.count(), width, true, false));
    return new Product(context, primitives, pair.writes(), start, Slot.HIDDEN, Slot.OUTPUT);
  }

  @Override
  public void prepare(Scratch scratch, float[] x, int first, int rows) {
    scratch.putRows(x, first, rows, width);
  }

  @Override
  public void prepare(Scratch scratch, float[] x, int[] members, int at, int size) {
    scratch.gatherRows(x, members, at, size, width);
  }

  @Override
  public void readHidden(Scratch scratch, int count, float[] to, int at) {
    scratch.at(Slot.HIDDEN).floats().get(0, to, at, count);
  }

  @Override
  public void writeHidden(Scratch scratch, float[] from, int at, int rows, int count) {
    long room = (long) RowBuckets.reach(rows) * count * Float.BYTES;
    scratch.reserve(Slot.HIDDEN, room).floats().put(0, from, at, rows * count);
  }

  @Override
  public void clearHidden(Scratch scratch, int at, int count) {
    scratch.at(Slot.HIDDEN).clear(at * Float.BYTES, count * Float.BYTES);
  }

  @Override
  public void addOutput(Scratch scratch, int first, int rows, float[] y) {
    float[] values = scratch.floats(rows * width);
    scratch.at(Slot.OUTPUT).floats().get(0, values, 0, rows * width);
    add(values, 0, y, first * width, rows * width);
  }

  @Override
  public void addOutput(Scratch scratch, int[] members, int at, int size, float[] y) {
    float[] values = scratch.floats(size * width);
    scratch.at(Slot.OUTPUT).floats().get(0, values, 0, size * width);
    for (int i = 0; i < size; i++) {
      add(values, i * width, y, members[at + i] * width, width);
    }
  }

  private static void add(float[] values, int from, float[] y, int to, int length) {
    for (int i = 0; i < length; i++) {
      y[to + i] += values[from + i];
    }
  }

  @Override
  public void beginGroups(Scratch scratch, float[] x, int rows) {
    // rows are gathered from x
  }

  @Override
  public void gather(Scratch scratch, float[] x, int[] members, int at, int size) {
    prepare(scratch, x, members, at, size);
  }

  @Override
  public void collect(Scratch scratch, int[] members, int at, int size, float[] y) {
    addOutput(scratch, members, at, size, y);
  }

  @Override
  public void endGroups(Scratch scratch, int rows, float[] y) {
    // everything was added when it was collected
  }

  @Override
  public int groupCost() {
    return 600_000;
  }

  @Override
  public int memberCost() {
    return 22;
  }
}
