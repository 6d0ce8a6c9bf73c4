package io.sluice.tensor.dnnl;

import io.sluice.tensor.dnnl.Scratch.Slot;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.bytedeco.dnnl.memory;
import org.bytedeco.javacpp.FloatPointer;

/**
 * One product with packed weights, from one place of a thread's native memory to another. A
 * primitive is made for each bucket of rows when it is first needed, and its arguments for each
 * thread. Thread-safe.
 */
final class Product implements AutoCloseable {
  private final DnnlContext context;
  private final Shape shape;
  private final PackedWeights weights; // owned by the maker
  private final FloatPointer biasValues; // null: none
  private final memory bias;
  private final Slot from;
  private final Slot to;
  private final PrimitiveSet primitives;
  private final Map<Scratch, Execution[]> executions = new ConcurrentHashMap<>();

  /**
   * @param bias shape (out), in units of the product before it is scaled; null: none
   */
  Product(
      DnnlContext context,
      PrimitiveSet primitives,
      PackedWeights weights,
      float[] bias,
      Slot from,
      Slot to) {
    this.context = context;
    this.primitives = primitives;
    this.shape = primitives.shape();
    this.weights = weights;
    this.biasValues = bias == null ? null : new FloatPointer(bias);
    this.bias = vector(biasValues);
    this.from = from;
    this.to = to;
  }

  private memory vector(FloatPointer values) {
    return values == null
        ? null
        : new memory(
            Shape.rowMajor(1, shape.out(), memory.data_type.f32), context.engine(), values);
  }

  Shape shape() {
    return shape;
  }

  /** Multiplies the rows at the source; at most {@link RowBuckets#LARGEST}. */
  void run(Scratch scratch, int rows) {
    int bucket = RowBuckets.of(rows);
    int reach = RowBuckets.rows(bucket);
    scratch.reserve(from, (long) reach * shape.in() * shape.types().sourceBytes());
    scratch.reserve(to, (long) reach * shape.out() * shape.types().destinationBytes());
    Execution[] mine = executions.computeIfAbsent(scratch, key -> new Execution[RowBuckets.COUNT]);
    if (mine[bucket] == null) {
      mine[bucket] =
          new Execution(primitives.of(bucket), weights.memory(), bias, from, to, context);
    }
    mine[bucket].run(scratch);
  }

  /** Name of the library's implementation for a number of rows. */
  String implementation(int rows) {
    return primitives.of(RowBuckets.of(rows)).implementation();
  }

  /** Frees everything but weights and primitives. */
  @Override
  public void close() {
    for (Execution[] each : executions.values()) {
      for (Execution execution : each) {
        if (execution != null) {
          execution.close();
        }
      }
    }
    executions.clear();
    for (AutoCloseable each : new AutoCloseable[] {bias, biasValues}) {
      Resources.close(each);
    }
  }
}
