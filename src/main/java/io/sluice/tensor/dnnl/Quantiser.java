package io.sluice.tensor.dnnl;

import io.sluice.tensor.Quantisation;
import io.sluice.tensor.dnnl.Scratch.Slot;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.bytedeco.dnnl.IntMemoryMap;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.reorder;

/**
 * Turns the float32 rows of a thread's {@link Slot#INPUT} into bytes at {@link Slot#QUANTISED}, as
 * {@link Quantisation} does. Thread-safe.
 */
final class Quantiser implements AutoCloseable {
  private final DnnlContext context;
  private final Quantisation quantisation;
  private final int width;
  private final reorder.primitive_desc[] descriptions =
      new reorder.primitive_desc[RowBuckets.COUNT];
  private final Map<Scratch, Bound[]> bound = new ConcurrentHashMap<>();

  Quantiser(DnnlContext context, Quantisation quantisation, int width) {
    this.context = context;
    this.quantisation = quantisation;
    this.width = width;
  }

  /** One primitive with its arguments, for one thread. */
  private static final class Bound {
    private final reorder operation;
    private final IntMemoryMap arguments = new IntMemoryMap();
    private final memory from;
    private final memory to;
    private int generation = -1;

    Bound(reorder.primitive_desc description, DnnlContext context, Scratch scratch) {
      this.operation = new reorder(description);
      this.from =
          new memory(description.src_desc(), context.engine(), scratch.at(Slot.INPUT).pointer());
      this.to =
          new memory(
              description.dst_desc(), context.engine(), scratch.at(Slot.QUANTISED).pointer());
      arguments.put(dnnl.DNNL_ARG_FROM, from);
      arguments.put(dnnl.DNNL_ARG_TO, to);
    }

    void run(Scratch scratch) {
      if (generation != scratch.generation()) {
        from.set_data_handle(scratch.at(Slot.INPUT).pointer());
        to.set_data_handle(scratch.at(Slot.QUANTISED).pointer());
        generation = scratch.generation();
      }
      operation.execute(scratch.stream(), arguments);
    }

    void close() {
      operation.close();
      arguments.close();
      from.close();
      to.close();
    }
  }

  Quantisation quantisation() {
    return quantisation;
  }

  /** Quantises so many rows, at most {@link RowBuckets#LARGEST}. */
  void run(Scratch scratch, int rows) {
    int bucket = RowBuckets.of(rows);
    long values = (long) RowBuckets.rows(bucket) * width;
    scratch.reserve(Slot.INPUT, values * Float.BYTES);
    scratch.reserve(Slot.QUANTISED, values);
    Bound[] mine = bound.computeIfAbsent(scratch, key -> new Bound[RowBuckets.COUNT]);
    if (mine[bucket] == null) {
      mine[bucket] = new Bound(description(bucket), context, scratch);
    }
    mine[bucket].run(scratch);
  }

  private synchronized reorder.primitive_desc description(int bucket) {
    if (descriptions[bucket] == null) {
      int rows = RowBuckets.rows(bucket);
      primitive_attr attributes = new primitive_attr();
      attributes.set_output_scales(0, new float[] {1f / quantisation.scale()});
      attributes.set_zero_points(dnnl.DNNL_ARG_DST, 0, new int[] {quantisation.zero()});
      descriptions[bucket] =
          new reorder.primitive_desc(
              context.engine(),
              Shape.rowMajor(rows, width, memory.data_type.f32),
              context.engine(),
              Shape.rowMajor(rows, width, memory.data_type.u8),
              attributes,
              false);
    }
    return descriptions[bucket];
  }

  @Override
  public synchronized void close() {
    for (Bound[] each : bound.values()) {
      for (Bound one : each) {
        if (one != null) {
          one.close();
        }
      }
    }
    bound.clear();
    for (reorder.primitive_desc description : descriptions) {
      Resources.close(description);
    }
  }
}
