package io.sluice.pipeline;

import io.sluice.domain.RawHeader;
import io.sluice.domain.RawRecord;
import io.sluice.domain.SourcePosition;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;

/**
 * A raw record as the pending store keeps it. Key: the source offset, 8 bytes big-endian, so that
 * the store's order is the order of arrival. Value: a version byte, then partition, offset,
 * timestamp, topic, key, value and headers; byte strings carry their length as 4 bytes, -1 for
 * null. Pure functions.
 */
final class PendingRowCodec {
  private static final byte VERSION = 1;
  private static final int NULL = -1;

  private PendingRowCodec() {}

  static Bytes key(long offset) {
    return Bytes.wrap(ByteBuffer.allocate(Long.BYTES).putLong(offset).array());
  }

  static byte[] encode(RawRecord row) {
    byte[] topic = utf8(row.position().topic());
    List<byte[]> names = new ArrayList<>();
    int size = 1 + Integer.BYTES + 2 * Long.BYTES + 4 * Integer.BYTES + topic.length;
    size += length(row.key()) + length(row.value());
    for (RawHeader header : row.headers()) {
      byte[] name = utf8(header.key());
      names.add(name);
      size += 2 * Integer.BYTES + name.length + length(header.value());
    }
    ByteBuffer bytes = ByteBuffer.allocate(size);
    bytes.put(VERSION);
    bytes.putInt(row.position().partition());
    bytes.putLong(row.position().offset());
    bytes.putLong(row.timestampMillis());
    put(bytes, topic);
    put(bytes, row.key());
    put(bytes, row.value());
    bytes.putInt(names.size());
    for (int i = 0; i < names.size(); i++) {
      put(bytes, names.get(i));
      put(bytes, row.headers().get(i).value());
    }
    return bytes.array();
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws IllegalStateException if a newer version wrote it
   */
  static RawRecord decode(byte[] encoded) {
    ByteBuffer bytes = ByteBuffer.wrap(encoded);
    byte version = bytes.get();
    if (version != VERSION) {
      throw new IllegalStateException(
          "the pending store has a row of version %d, this Sluice reads version %d"
              .formatted(version, VERSION));
    }
    int partition = bytes.getInt();
    long offset = bytes.getLong();
    long timestamp = bytes.getLong();
    String topic = new String(get(bytes), StandardCharsets.UTF_8);
    byte[] key = get(bytes);
    byte[] value = get(bytes);
    int count = bytes.getInt();
    List<RawHeader> headers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String name = new String(get(bytes), StandardCharsets.UTF_8);
      headers.add(new RawHeader(name, get(bytes)));
    }
    return new RawRecord(
        new SourcePosition(topic, partition, offset), timestamp, key, value, headers);
  }

  private static void put(ByteBuffer bytes, byte[] part) {
    if (part == null) {
      bytes.putInt(NULL);
    } else {
      bytes.putInt(part.length).put(part);
    }
  }

  @SuppressWarnings("ReturnsNullCollection") // null and empty are different keys and values
  private static byte[] get(ByteBuffer bytes) {
    int length = bytes.getInt();
    if (length == NULL) {
      return null;
    }
    byte[] part = new byte[length];
    bytes.get(part);
    return part;
  }

  private static int length(byte[] part) {
    return part == null ? 0 : part.length;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
