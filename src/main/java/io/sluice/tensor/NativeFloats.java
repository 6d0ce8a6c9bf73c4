package io.sluice.tensor;

import java.nio.FloatBuffer;
import org.bytedeco.javacpp.FloatPointer;

/** Native memory that grows as needed and keeps nothing when it does. Not thread-safe. */
final class NativeFloats {
  private FloatPointer pointer = new FloatPointer(1L);
  private FloatBuffer buffer = pointer.asBuffer();

  /** Makes room for so many values. */
  NativeFloats reserve(int length) {
    if (buffer.capacity() < length) {
      pointer.close();
      pointer = new FloatPointer(length + length / 2L);
      buffer = pointer.asBuffer();
    }
    return this;
  }

  /** The value at an offset, for the native library; valid until the next call. */
  FloatPointer at(int offset) {
    return pointer.position(offset);
  }

  void put(int to, float[] values, int from, int length) {
    buffer.put(to, values, from, length);
  }

  void get(int from, float[] values, int to, int length) {
    buffer.get(from, values, to, length);
  }
}
