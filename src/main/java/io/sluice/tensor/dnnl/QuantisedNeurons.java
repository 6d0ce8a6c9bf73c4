package io.sluice.tensor.dnnl;

import io.sluice.tensor.Kernels;
import io.sluice.tensor.Quantisation;
import io.sluice.tensor.dnnl.PackedWeights.Order;
import io.sluice.tensor.dnnl.Scratch.Slot;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Products of a feed-forward layer in int8. Rows are quantised once, activations by the first
 * product, which also clips them at 0: a byte has no sign. What several pairs write is added up in
 * integers, so the sum does not depend on how neurons are grouped. Thread-safe.
 */
final class QuantisedNeurons implements NeuronArithmetic {
  private final DnnlContext context;
  private final int width;
  private final Quantiser quantiser;
  private final float hiddenScale;
  private final float[] readBias; // (F), in units of the integer product
  private final float[] readScales; // (F), of the quantised activations
  private final float[] writeScales; // (D), of the outputs

  private QuantisedNeurons(
      DnnlContext context,
      Quantiser quantiser,
      float hiddenScale,
      float[] readBias,
      float[] readScales,
      float[] writeScales) {
    this.context = context;
    this.width = writeScales.length;
    this.quantiser = quantiser;
    this.hiddenScale = hiddenScale;
    this.readBias = readBias;
    this.readScales = readScales;
    this.writeScales = writeScales;
  }

  static QuantisedNeurons of(
      DnnlContext context,
      Kernels kernels,
      float[] reads,
      float[] bias,
      float[] writes,
      Quantisation rows,
      Quantisation hidden) {
    int count = bias.length;
    int width = reads.length / count;
    QuantisedWeights read = QuantisedWeights.byRow(reads, count, width);
    QuantisedWeights write = QuantisedWeights.byColumn(writes, count, width);
    return new QuantisedNeurons(
        context,
        new Quantiser(kernels, rows, width),
        hidden.scale(),
        read.integerBias(bias, rows),
        read.productScales(rows.scale() / hidden.scale()),
        write.productScales(hidden.scale()));
  }

  @Override
  public NeuronPair pack(float[] reads, float[] writes) {
    int count = readBias.length;
    return pack(
        QuantisedWeights.byRow(reads, count, width).values(),
        readBias,
        readScales,
        QuantisedWeights.byColumn(writes, count, width).values());
  }

  @Override
  public NeuronPair pack(NeuronPair all, int[] neurons) {
    float[] bias = new float[neurons.length];
    float[] scales = new float[neurons.length];
    for (int i = 0; i < neurons.length; i++) {
      bias[i] = readBias[neurons[i]];
      scales[i] = readScales[neurons[i]];
    }
    return pack(
        rows(all.reads().bytes(Order.BY_OUTPUT, context), neurons),
        bias,
        scales,
        rows(all.writes().bytes(Order.BY_INPUT, context), neurons));
  }

  private byte[] rows(byte[] matrix, int[] neurons) {
    byte[] some = new byte[neurons.length * width];
    for (int i = 0; i < neurons.length; i++) {
      System.arraycopy(matrix, neurons[i] * width, some, i * width, width);
    }
    return some;
  }

  private NeuronPair pack(byte[] reads, float[] bias, float[] scales, byte[] writes) {
    int count = bias.length;
    PrimitiveSet first =
        context.primitives(Shape.quantised(width, count, Types.QUANTISED_AGAIN, scales));
    PrimitiveSet second = context.primitives(Shape.quantised(count, width, Types.INTEGER, null));
    PackedWeights read = PackedWeights.of(first, reads, Order.BY_OUTPUT, context);
    PackedWeights write = PackedWeights.of(second, writes, Order.BY_INPUT, context);
    return new NeuronPair(
        read,
        write,
        new Product(context, first, read, bias, Slot.QUANTISED, Slot.HIDDEN),
        new Product(context, second, write, null, Slot.HIDDEN, Slot.OUTPUT));
  }

  @Override
  public Product finish(NeuronPair pair, float[] start) {
    float[] bias = new float[width];
    for (int d = 0; d < width; d++) {
      bias[d] = start[d] / writeScales[d];
    }
    PrimitiveSet primitives =
        context.primitives(Shape.quantised(pair.count(), width, Types.QUANTISED, writeScales));
    return new Product(context, primitives, pair.writes(), bias, Slot.HIDDEN, Slot.OUTPUT);
  }

  @Override
  public void prepare(Scratch scratch, float[] x, int first, int rows) {
    quantiser.put(scratch, x, first, rows);
  }

  @Override
  public void prepare(Scratch scratch, float[] x, int[] members, int at, int size) {
    quantiser.gather(scratch, x, members, at, size);
  }

  @Override
  public void readHidden(Scratch scratch, int count, float[] to, int at) {
    ByteBuffer hidden = scratch.at(Slot.HIDDEN).bytes();
    for (int i = 0; i < count; i++) {
      to[at + i] = (hidden.get(i) & 0xff) * hiddenScale;
    }
  }

  @Override
  public void writeHidden(Scratch scratch, float[] from, int at, int rows, int count) {
    byte[] quantised = scratch.quantised(rows * count);
    new Quantisation(hiddenScale, 0).apply(from, at, rows * count, quantised);
    scratch
        .reserve(Slot.HIDDEN, (long) RowBuckets.reach(rows) * count)
        .bytes()
        .put(0, quantised, 0, rows * count);
  }

  @Override
  public void clearHidden(Scratch scratch, int at, int count) {
    scratch.at(Slot.HIDDEN).clear(at, count);
  }

  @Override
  public void addOutput(Scratch scratch, int first, int rows, float[] y) {
    int[] values = outputs(scratch, rows);
    for (int row = 0; row < rows; row++) {
      add(values, row * width, y, (first + row) * width);
    }
  }

  @Override
  public void addOutput(Scratch scratch, int[] members, int at, int size, float[] y) {
    int[] values = outputs(scratch, size);
    for (int i = 0; i < size; i++) {
      add(values, i * width, y, members[at + i] * width);
    }
  }

  private int[] outputs(Scratch scratch, int rows) {
    int[] values = scratch.integers(rows * width);
    scratch.at(Slot.OUTPUT).ints().get(0, values, 0, rows * width);
    return values;
  }

  private void add(int[] values, int from, float[] y, int to) {
    for (int d = 0; d < width; d++) {
      y[to + d] += values[from + d] * writeScales[d];
    }
  }

  @Override
  public void beginGroups(Scratch scratch, float[] x, int rows) {
    ByteBuffer all = scratch.reserve(Slot.ALL_QUANTISED, (long) rows * width).bytes();
    for (int from = 0; from < rows; from += RowBuckets.LARGEST) {
      int count = Math.min(RowBuckets.LARGEST, rows - from);
      all.put(from * width, quantiser.bytes(scratch, x, from, count), 0, count * width);
    }
    Arrays.fill(scratch.sums(rows * width), 0, rows * width, 0);
  }

  @Override
  public void gather(Scratch scratch, float[] x, int[] members, int at, int size) {
    ByteBuffer to = scratch.reserve(Slot.QUANTISED, (long) RowBuckets.LARGEST * width).bytes();
    ByteBuffer all = scratch.at(Slot.ALL_QUANTISED).bytes();
    for (int i = 0; i < size; i++) {
      to.put(i * width, all, members[at + i] * width, width);
    }
  }

  @Override
  public void collect(Scratch scratch, int[] members, int at, int size, float[] y) {
    int[] values = outputs(scratch, size);
    int[] sums = scratch.sums(0);
    for (int i = 0; i < size; i++) {
      int from = i * width;
      int to = members[at + i] * width;
      for (int d = 0; d < width; d++) {
        sums[to + d] += values[from + d];
      }
    }
  }

  @Override
  public void endGroups(Scratch scratch, int rows, float[] y) {
    int[] sums = scratch.sums(rows * width);
    for (int row = 0; row < rows; row++) {
      add(sums, row * width, y, row * width);
    }
  }

  @Override
  public int groupCost() {
    return 340_000;
  }

  @Override
  public int memberCost() {
    return 70;
  }
}
