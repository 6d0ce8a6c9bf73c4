package io.sluice.tensor.dnnl;

import io.sluice.tensor.NeuronBlock;
import io.sluice.tensor.NeuronMatrices;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/** The matrices of a feed-forward layer; ranges of neurons are packed when first asked for. */
final class DnnlNeuronMatrices implements NeuronMatrices {
  private final DnnlContext context;
  private final NeuronArithmetic arithmetic;
  private final NeuronPair all;
  private final int neurons;
  private final int width;
  private final Map<Range, NeuronPair> ranges = new ConcurrentHashMap<>();

  DnnlNeuronMatrices(
      DnnlContext context, NeuronArithmetic arithmetic, NeuronPair all, int neurons, int width) {
    this.context = context;
    this.arithmetic = arithmetic;
    this.all = all;
    this.neurons = neurons;
    this.width = width;
  }

  private record Range(int first, int count) {}

  @Override
  public int neurons() {
    return neurons;
  }

  @Override
  public int width() {
    return width;
  }

  private NeuronPair range(int first, int count) {
    if (first < 0 || count < 1 || first + count > neurons) {
      throw new IllegalArgumentException(
          "neurons %d to %d of %d".formatted(first, first + count, neurons));
    }
    if (count == neurons) {
      return all;
    }
    return ranges.computeIfAbsent(
        new Range(first, count),
        range ->
            context.hold(arithmetic.pack(all, IntStream.range(first, first + count).toArray())));
  }

  @Override
  public void activate(float[] x, int rows, int first, int count, float[] activations) {
    NeuronPair pair = range(first, count);
    check(x.length, rows, activations.length, count);
    Scratch scratch = context.scratch();
    for (int from = 0; from < rows; from += RowBuckets.LARGEST) {
      int some = Math.min(RowBuckets.LARGEST, rows - from);
      activate(scratch, pair, x, from, some);
      arithmetic.readHidden(scratch, some * count, activations, from * count);
    }
  }

  private void activate(Scratch scratch, NeuronPair pair, float[] x, int from, int rows) {
    arithmetic.prepare(scratch, x, from, rows);
    pair.activate().run(scratch, rows);
  }

  @Override
  public void accumulate(float[] activations, int rows, int first, int count, float[] y) {
    NeuronPair pair = range(first, count);
    check(y.length, rows, activations.length, count);
    Scratch scratch = context.scratch();
    for (int from = 0; from < rows; from += RowBuckets.LARGEST) {
      int some = Math.min(RowBuckets.LARGEST, rows - from);
      arithmetic.writeHidden(scratch, activations, from * count, some, count);
      pair.write().run(scratch, some);
      arithmetic.addOutput(scratch, from, some, y);
    }
  }

  @Override
  public void addOutputs(float[] x, int[] members, int size, int first, int count, float[] y) {
    NeuronPair pair = range(first, count);
    int last = -1;
    for (int i = 0; i < size; i++) {
      last = Math.max(last, members[i]);
    }
    check(Math.min(x.length, y.length), last + 1, Integer.MAX_VALUE, 1);
    Scratch scratch = context.scratch();
    for (int from = 0; from < size; from += RowBuckets.LARGEST) {
      int some = Math.min(RowBuckets.LARGEST, size - from);
      arithmetic.prepare(scratch, x, members, from, some);
      pair.activate().run(scratch, some);
      pair.write().run(scratch, some);
      arithmetic.addOutput(scratch, members, from, some, y);
    }
  }

  @Override
  public void addBlocks(float[] x, int rows, int blocks, byte[] chosen, int[] members, float[] y) {
    check(Math.min(x.length, y.length), rows, chosen.length, blocks);
    Scratch scratch = context.scratch();
    GroupedBlocks groups = new GroupedBlocks(arithmetic, neurons / blocks, width);
    if (groups.cost(rows, blocks, chosen) < (double) rows * neurons * 2 * width) {
      groups.add(scratch, this::range, x, rows, blocks, chosen, members, y);
    } else {
      masked(scratch, x, rows, blocks, chosen, y);
    }
  }

  /** All neurons for all rows; activations of blocks that a row did not choose become 0. */
  private void masked(Scratch scratch, float[] x, int rows, int blocks, byte[] chosen, float[] y) {
    int size = neurons / blocks;
    for (int from = 0; from < rows; from += RowBuckets.LARGEST) {
      int some = Math.min(RowBuckets.LARGEST, rows - from);
      activate(scratch, all, x, from, some);
      for (int row = 0; row < some; row++) {
        for (int block = 0; block < blocks; block++) {
          if (chosen[(from + row) * blocks + block] == 0) {
            arithmetic.clearHidden(scratch, row * neurons + block * size, size);
          }
        }
      }
      all.write().run(scratch, some);
      arithmetic.addOutput(scratch, from, some, y);
    }
  }

  @Override
  public Optional<NeuronBlock> pack(int[] blocks, int size, float[] start) {
    int[] picked =
        IntStream.of(blocks)
            .flatMap(block -> IntStream.range(block * size, (block + 1) * size))
            .toArray();
    boolean whole =
        picked.length == neurons && IntStream.range(0, neurons).allMatch(i -> picked[i] == i);
    NeuronPair pair = whole ? all : context.holdWhileUsed(arithmetic.pack(all, picked));
    Product finish = context.holdWhileUsed(arithmetic.finish(pair, start));
    return Optional.of(new DnnlNeuronBlock(context, arithmetic, pair, finish));
  }

  private void check(int wide, int rows, int narrow, int count) {
    if (rows < 1 || wide < (long) rows * width || narrow < (long) rows * count) {
      throw new IllegalArgumentException(
          "%d rows of width %d and %d: arrays of %d and %d"
              .formatted(rows, width, count, wide, narrow));
    }
  }
}
