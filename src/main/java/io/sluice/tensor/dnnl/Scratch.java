package io.sluice.tensor.dnnl;

import java.nio.FloatBuffer;
import java.util.EnumMap;
import java.util.Map;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.stream;

/**
 * What one thread needs to run primitives: a stream and named native memory. When memory moves, the
 * generation changes and executions are bound again. Not thread-safe.
 */
final class Scratch implements AutoCloseable {

  /** What a piece of memory is used for; two that are alive at once have different names. */
  enum Slot {
    /** Rows as they come: float32. */
    INPUT,
    /** Quantised rows: u8. */
    QUANTISED,
    /** All quantised rows of a pass, from which groups are gathered. */
    ALL_QUANTISED,
    /** Activations: float32 or u8. */
    HIDDEN,
    /** Products: float32 or int32. */
    OUTPUT,
    /** The library's own. */
    LIBRARY
  }

  private final Map<Slot, NativeBuffer> buffers = new EnumMap<>(Slot.class);
  private final stream stream;
  private int generation;
  private byte[] quantised = new byte[0];
  private int[] integers = new int[0];
  private int[] sums = new int[0];
  private float[] floats = new float[0];

  Scratch(engine engine) {
    this.stream = new stream(engine);
    for (Slot slot : Slot.values()) {
      buffers.put(slot, new NativeBuffer());
    }
  }

  stream stream() {
    return stream;
  }

  int generation() {
    return generation;
  }

  /** Memory of at least so many bytes. */
  NativeBuffer reserve(Slot slot, long bytes) {
    NativeBuffer buffer = buffers.get(slot);
    if (buffer.reserve(bytes)) {
      generation++;
    }
    return buffer;
  }

  NativeBuffer at(Slot slot) {
    return buffers.get(slot);
  }

  /** Puts rows of x from {@code first} to {@link Slot#INPUT}; at most the largest bucket. */
  void putRows(float[] x, int first, int rows, int width) {
    input(width).put(0, x, first * width, rows * width);
  }

  /** The same for the rows {@code members[at]} and those after it. */
  void gatherRows(float[] x, int[] members, int at, int size, int width) {
    FloatBuffer input = input(width);
    for (int i = 0; i < size; i++) {
      input.put(i * width, x, members[at + i] * width, width);
    }
  }

  private FloatBuffer input(int width) {
    return reserve(Slot.INPUT, (long) RowBuckets.LARGEST * width * Float.BYTES).floats();
  }

  /** Heap memory for bytes; invalidates what was given before. */
  byte[] quantised(int length) {
    if (quantised.length < length) {
      quantised = new byte[length + length / 2];
    }
    return quantised;
  }

  /** Heap memory; invalidates what was given before. */
  int[] integers(int length) {
    if (integers.length < length) {
      integers = new int[length + length / 2];
    }
    return integers;
  }

  /** Heap memory that is alive beside {@link #integers}. */
  int[] sums(int length) {
    if (sums.length < length) {
      sums = new int[length + length / 2];
    }
    return sums;
  }

  /** Heap memory; invalidates what was given before. */
  float[] floats(int length) {
    if (floats.length < length) {
      floats = new float[length + length / 2];
    }
    return floats;
  }

  @Override
  public void close() {
    buffers.values().forEach(NativeBuffer::close);
    stream.close();
  }
}
