package io.sluice.pipeline;

import io.sluice.domain.RawHeader;
import io.sluice.domain.RawRecord;
import io.sluice.domain.SourcePosition;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/** Kafka's records to domain values and back. Pure functions. */
final class KafkaRecords {
  private KafkaRecords() {}

  static RawRecord raw(Record<byte[], byte[]> source, RecordMetadata metadata) {
    List<RawHeader> headers = new ArrayList<>();
    for (Header header : source.headers()) {
      headers.add(new RawHeader(header.key(), header.value()));
    }
    SourcePosition position =
        new SourcePosition(metadata.topic(), metadata.partition(), metadata.offset());
    return new RawRecord(position, source.timestamp(), source.key(), source.value(), headers);
  }

  static Record<byte[], byte[]> outgoing(
      RawRecord source, byte[] key, byte[] value, List<RawHeader> headers) {
    Headers all = new RecordHeaders();
    headers.forEach(header -> all.add(header.key(), header.value()));
    return new Record<>(key, value, source.timestampMillis(), all);
  }
}
