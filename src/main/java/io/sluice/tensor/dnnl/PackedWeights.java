package io.sluice.tensor.dnnl;

import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.reorder;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;

/**
 * A matrix of shape (in, out) in the layout that the library asked for. Not written after it is
 * made; thread-safe.
 */
final class PackedWeights implements AutoCloseable {

  /** How a matrix lies in plain memory. */
  enum Order {
    /** Row by row of W, shape (out, in). */
    BY_OUTPUT(memory.format_tag.ba),
    /** Row by row of the transposed, shape (in, out). */
    BY_INPUT(memory.format_tag.ab);

    private final memory.format_tag tag;

    Order(memory.format_tag tag) {
      this.tag = tag;
    }
  }

  private final int in;
  private final int out;
  private final memory.data_type type;
  private final memory packed;

  private PackedWeights(PrimitiveSet primitives, engine engine) {
    this.in = primitives.shape().in();
    this.out = primitives.shape().out();
    this.type = primitives.shape().types().weights();
    this.packed = new memory(primitives.layout(), engine);
  }

  /** Packs float32 weights. */
  static PackedWeights of(
      PrimitiveSet primitives, float[] weights, Order order, DnnlContext context) {
    engine engine = context.engine();
    PackedWeights result = new PackedWeights(primitives, engine);
    try (FloatPointer plain = new FloatPointer(weights);
        memory from = result.plain(order, new BytePointer(plain), engine)) {
      result.copy(from, result.packed, context.scratch().stream());
    }
    return result;
  }

  /** Packs quantised weights. */
  static PackedWeights of(
      PrimitiveSet primitives, byte[] weights, Order order, DnnlContext context) {
    engine engine = context.engine();
    PackedWeights result = new PackedWeights(primitives, engine);
    try (BytePointer plain = new BytePointer(weights);
        memory from = result.plain(order, plain, engine)) {
      result.copy(from, result.packed, context.scratch().stream());
    }
    return result;
  }

  /** A copy in plain memory, of float32 weights. */
  float[] floats(Order order, DnnlContext context) {
    float[] weights = new float[in * out];
    try (FloatPointer plain = new FloatPointer(weights.length);
        memory to = plain(order, new BytePointer(plain), context.engine())) {
      copy(packed, to, context.scratch().stream());
      plain.get(weights);
    }
    return weights;
  }

  /** A copy in plain memory, of quantised weights. */
  byte[] bytes(Order order, DnnlContext context) {
    byte[] weights = new byte[in * out];
    try (BytePointer plain = new BytePointer((long) weights.length);
        memory to = plain(order, plain, context.engine())) {
      copy(packed, to, context.scratch().stream());
      plain.get(weights);
    }
    return weights;
  }

  private memory plain(Order order, BytePointer data, engine engine) {
    memory.desc plain = new memory.desc(new long[] {in, out}, type, order.tag);
    return new memory(plain, engine, data);
  }

  private void copy(memory from, memory to, stream stream) {
    try (reorder copy = new reorder(from, to)) {
      copy.execute(stream, from, to);
      stream._wait();
    }
  }

  memory memory() {
    return packed;
  }

  @Override
  public void close() {
    packed.close();
  }
}
