package io.sluice.tensor.dnnl;

import io.sluice.tensor.dnnl.Scratch.Slot;
import org.bytedeco.dnnl.IntMemoryMap;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;

/** The arguments of one primitive for one thread. Not thread-safe. */
final class Execution implements AutoCloseable {
  private final Primitive primitive;
  private final IntMemoryMap arguments = new IntMemoryMap();
  private final memory source;
  private final memory destination;
  private final memory library;
  private final long librarySize;
  private final Slot from;
  private final Slot to;
  private int generation = -1;

  Execution(
      Primitive primitive, memory weights, memory bias, Slot from, Slot to, DnnlContext context) {
    this.primitive = primitive;
    this.from = from;
    this.to = to;
    Scratch scratch = context.scratch();
    memory.desc needs = primitive.description().scratchpad_desc();
    this.librarySize = needs.get_size();
    scratch.reserve(Slot.LIBRARY, librarySize);
    this.source =
        new memory(
            primitive.description().src_desc(), context.engine(), scratch.at(from).pointer());
    this.destination =
        new memory(primitive.description().dst_desc(), context.engine(), scratch.at(to).pointer());
    this.library = new memory(needs, context.engine(), scratch.at(Slot.LIBRARY).pointer());
    arguments.put(dnnl.DNNL_ARG_SRC, source);
    arguments.put(dnnl.DNNL_ARG_WEIGHTS, weights);
    arguments.put(dnnl.DNNL_ARG_DST, destination);
    arguments.put(dnnl.DNNL_ARG_SCRATCHPAD, library);
    if (bias != null) {
      arguments.put(dnnl.DNNL_ARG_BIAS, bias);
    }
  }

  void run(Scratch scratch) {
    if (generation != scratch.generation()) {
      scratch.reserve(Slot.LIBRARY, librarySize);
      source.set_data_handle(scratch.at(from).pointer());
      destination.set_data_handle(scratch.at(to).pointer());
      library.set_data_handle(scratch.at(Slot.LIBRARY).pointer());
      generation = scratch.generation();
    }
    primitive.operation().execute(scratch.stream(), arguments);
  }

  @Override
  public void close() {
    arguments.close();
    source.close();
    destination.close();
    library.close();
  }
}
