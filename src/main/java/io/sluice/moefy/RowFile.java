package io.sluice.moefy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Rows of floats in a temporary file: more than the heap should hold. Written first, then read at
 * any place. Not thread-safe.
 */
final class RowFile implements AutoCloseable {
  private static final int BUFFER = 1 << 20;

  private final Path path;
  private final FileChannel channel;
  private final int width;
  private final ByteBuffer buffer;
  private int rows;

  /**
   * Makes an empty file.
   *
   * @param width floats of a row
   * @throws UncheckedIOException if the folder for temporary files cannot be written
   */
  RowFile(int width) {
    this.width = width;
    this.buffer =
        ByteBuffer.allocateDirect(Math.max(1, BUFFER / (4 * width)) * 4 * width)
            .order(ByteOrder.LITTLE_ENDIAN);
    try {
      this.path = Files.createTempFile("sluice-moefy", ".rows");
      this.channel =
          FileChannel.open(
              path,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              StandardOpenOption.DELETE_ON_CLOSE);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make a temporary file", e);
    }
  }

  /** Appends a row. */
  void append(float[] row) {
    for (int i = 0; i < width; i++) {
      buffer.putFloat(row[i]);
    }
    rows++;
    if (!buffer.hasRemaining()) {
      flush();
    }
  }

  private void flush() {
    try {
      buffer.flip();
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      buffer.clear();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + path, e);
    }
  }

  /** Number of rows. */
  int rows() {
    return rows;
  }

  /**
   * Reads one row.
   *
   * @param values receives the row from {@code to}
   */
  void read(int row, float[] values, int to) {
    if (buffer.position() > 0) {
      flush();
    }
    ByteBuffer one = buffer.duplicate().order(ByteOrder.LITTLE_ENDIAN).clear().limit(4 * width);
    try {
      long at = 4L * width * row;
      while (one.hasRemaining()) {
        if (channel.read(one, at + one.position()) < 0) {
          throw new UncheckedIOException(new IOException(path + " ends early"));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + path, e);
    }
    one.flip();
    one.asFloatBuffer().get(values, to, width);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close " + path, e);
    }
  }
}
