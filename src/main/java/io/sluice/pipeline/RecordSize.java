package io.sluice.pipeline;

import io.sluice.domain.RawHeader;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Upper bounds of what a record takes in Kafka. Pure functions. */
final class RecordSize {
  /** A batch of one record: batch header and the record's own fields at their longest. */
  private static final int OVERHEAD = 61 + 26;

  /** Two lengths as variable-length integers. */
  private static final int HEADER_OVERHEAD = 10;

  private RecordSize() {}

  static long of(byte[] key, byte[] value, List<RawHeader> headers) {
    long size = OVERHEAD + length(key) + length(value);
    for (RawHeader header : headers) {
      size += HEADER_OVERHEAD + header.key().getBytes(StandardCharsets.UTF_8).length;
      size += length(header.value());
    }
    return size;
  }

  private static long length(byte[] bytes) {
    return bytes == null ? 0 : bytes.length;
  }
}
