package io.sluice.codec;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.io.Decoder;
import org.apache.avro.util.Utf8;

/**
 * Avro's binary encoding, read strictly: no length is believed that exceeds the bytes that are
 * left, and strings must be valid UTF-8. One record, one thread.
 */
final class BoundedDecoder extends Decoder {
  private static final int MAX_INT_BYTES = 5;
  private static final int MAX_LONG_BYTES = 10;

  private final ByteBuffer bytes;

  /** Reads from the buffer's position to its limit. */
  BoundedDecoder(ByteBuffer bytes) {
    this.bytes = bytes;
  }

  @Override
  public int remainingBytes() {
    return bytes.remaining();
  }

  @Override
  public void readNull() {}

  @Override
  public boolean readBoolean() throws IOException {
    return switch (readByte()) {
      case 0 -> false;
      case 1 -> true;
      default -> throw new AvroRuntimeException("a boolean is neither 0 nor 1");
    };
  }

  @Override
  public int readInt() throws IOException {
    long value = readVariable(MAX_INT_BYTES);
    if (value != (int) value) {
      throw new AvroRuntimeException("an int is out of range");
    }
    return (int) value;
  }

  @Override
  public long readLong() throws IOException {
    return readVariable(MAX_LONG_BYTES);
  }

  @Override
  public float readFloat() throws IOException {
    return Float.intBitsToFloat(Integer.reverseBytes(ByteBuffer.wrap(take(Float.BYTES)).getInt()));
  }

  @Override
  public double readDouble() throws IOException {
    return Double.longBitsToDouble(
        Long.reverseBytes(ByteBuffer.wrap(take(Double.BYTES)).getLong()));
  }

  @Override
  public Utf8 readString(Utf8 old) throws IOException {
    return new Utf8(readString());
  }

  @Override
  public String readString() throws IOException {
    ByteBuffer slice = ByteBuffer.wrap(take(readLength()));
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(slice)
          .toString();
    } catch (CharacterCodingException e) {
      throw new InvalidStringException();
    }
  }

  @Override
  public void skipString() throws IOException {
    skipFixed(readLength());
  }

  @Override
  public ByteBuffer readBytes(ByteBuffer old) throws IOException {
    return ByteBuffer.wrap(take(readLength()));
  }

  @Override
  public void skipBytes() throws IOException {
    skipFixed(readLength());
  }

  @Override
  public void readFixed(byte[] target, int start, int length) throws IOException {
    require(length);
    bytes.get(target, start, length);
  }

  @Override
  public void skipFixed(int length) throws IOException {
    require(length);
    bytes.position(bytes.position() + length);
  }

  @Override
  public int readEnum() throws IOException {
    return readInt();
  }

  @Override
  public long readArrayStart() throws IOException {
    return readCount();
  }

  @Override
  public long arrayNext() throws IOException {
    return readCount();
  }

  @Override
  public long skipArray() throws IOException {
    return skipBlocks();
  }

  @Override
  public long readMapStart() throws IOException {
    return readCount();
  }

  @Override
  public long mapNext() throws IOException {
    return readCount();
  }

  @Override
  public long skipMap() throws IOException {
    return skipBlocks();
  }

  @Override
  public int readIndex() throws IOException {
    return readInt();
  }

  /** Skips blocks of known size; returns the items of the first block that must be read. */
  private long skipBlocks() throws IOException {
    long count = readLong();
    while (count < 0) {
      skipFixed(readLength());
      count = readLong();
    }
    return checkCount(count);
  }

  private long readCount() throws IOException {
    long count = readLong();
    if (count < 0) {
      int unused = readLength();
      if (count == Long.MIN_VALUE) {
        throw new AvroRuntimeException("a block has an impossible number of items");
      }
      count = -count;
    }
    return checkCount(count);
  }

  private long checkCount(long count) throws IOException {
    if (count > bytes.remaining()) {
      throw new EOFException("a block promises more items than there are bytes");
    }
    return count;
  }

  private int readLength() throws IOException {
    long length = readLong();
    if (length < 0) {
      throw new AvroRuntimeException("a length is negative");
    }
    if (length > bytes.remaining()) {
      throw new EOFException("a length exceeds the bytes that are left");
    }
    return (int) length;
  }

  private byte[] take(int length) throws IOException {
    require(length);
    byte[] taken = new byte[length];
    bytes.get(taken);
    return taken;
  }

  private int readByte() throws IOException {
    require(1);
    return bytes.get() & 0xff;
  }

  private void require(int length) throws IOException {
    if (length < 0 || length > bytes.remaining()) {
      throw new EOFException("the record ends too early");
    }
  }

  private long readVariable(int maxBytes) throws IOException {
    long raw = 0;
    for (int i = 0; i < maxBytes; i++) {
      int next = readByte();
      raw |= (long) (next & 0x7f) << (7 * i);
      if ((next & 0x80) == 0) {
        return (raw >>> 1) ^ -(raw & 1);
      }
    }
    throw new AvroRuntimeException("a number is too long");
  }
}
