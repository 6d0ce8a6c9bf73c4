package io.sluice.domain;

import java.util.List;

/**
 * A Kafka record as it came: what the pending store keeps and a dead letter repeats.
 *
 * @param position where it lies
 * @param timestampMillis its Kafka timestamp, milliseconds since the epoch
 * @param key the user's bytes, may be null
 * @param value the user's bytes, null for a tombstone
 * @param headers in order, names may repeat
 */
@SuppressWarnings("ArrayRecordComponent") // bytes pass through, they are never compared
public record RawRecord(
    SourcePosition position,
    long timestampMillis,
    byte[] key,
    byte[] value,
    List<RawHeader> headers) {

  public RawRecord {
    headers = List.copyOf(headers);
  }

  /** Approximate size in memory, bytes. */
  public long sizeBytes() {
    long size = 64L + (key == null ? 0 : key.length) + (value == null ? 0 : value.length);
    for (RawHeader header : headers) {
      size += 32L + header.key().length() + (header.value() == null ? 0 : header.value().length);
    }
    return size;
  }
}
