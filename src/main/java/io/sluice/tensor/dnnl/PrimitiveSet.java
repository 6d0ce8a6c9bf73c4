package io.sluice.tensor.dnnl;

import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.memory;

/**
 * The primitives of one shape, one for each bucket of rows, made when first needed, and the layout
 * of weights that all of them share. Thread-safe.
 */
final class PrimitiveSet implements AutoCloseable {
  private final Shape shape;
  private final engine engine;
  private final memory.desc layout;
  private final Primitive[] primitives = new Primitive[RowBuckets.COUNT];

  PrimitiveSet(Shape shape, engine engine) {
    this.shape = shape;
    this.engine = engine;
    this.layout = shape.layout(engine);
  }

  Shape shape() {
    return shape;
  }

  memory.desc layout() {
    return layout;
  }

  synchronized Primitive of(int bucket) {
    if (primitives[bucket] == null) {
      primitives[bucket] = Primitive.of(shape, RowBuckets.rows(bucket), layout, engine);
    }
    return primitives[bucket];
  }

  @Override
  public synchronized void close() {
    for (Primitive primitive : primitives) {
      Resources.close(primitive);
    }
    layout.close();
  }
}
