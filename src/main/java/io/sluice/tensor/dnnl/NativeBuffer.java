package io.sluice.tensor.dnnl;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import org.bytedeco.javacpp.BytePointer;

/** Native memory of one thread that grows as needed and keeps nothing when it does. */
final class NativeBuffer implements AutoCloseable {
  private BytePointer pointer;
  private ByteBuffer bytes;
  private FloatBuffer floats;
  private IntBuffer ints;

  NativeBuffer() {
    allocate(4096);
  }

  private void allocate(long size) {
    pointer = new BytePointer(size).zero();
    bytes = pointer.limit(size).asByteBuffer().order(ByteOrder.nativeOrder());
    floats = bytes.asFloatBuffer();
    ints = bytes.asIntBuffer();
  }

  /** Makes room for so many bytes; true if the memory has moved. */
  boolean reserve(long size) {
    if (bytes.capacity() >= size) {
      return false;
    }
    pointer.close();
    allocate((size + size / 2 + 4095) / 4096 * 4096);
    return true;
  }

  /** Sets some bytes to 0. */
  void clear(int from, int count) {
    int at = from;
    for (int end = from + count - Long.BYTES; at <= end; at += Long.BYTES) {
      bytes.putLong(at, 0L);
    }
    for (; at < from + count; at++) {
      bytes.put(at, (byte) 0);
    }
  }

  BytePointer pointer() {
    return pointer;
  }

  ByteBuffer bytes() {
    return bytes;
  }

  FloatBuffer floats() {
    return floats;
  }

  IntBuffer ints() {
    return ints;
  }

  @Override
  public void close() {
    pointer.close();
  }
}
