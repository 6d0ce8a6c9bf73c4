package io.sluice.pipeline;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.TimestampExtractor;

/** The record's timestamp; now, for a record that has none. */
final class ArrivalTimestamp implements TimestampExtractor {
  @Override
  public long extract(ConsumerRecord<Object, Object> source, long partitionTime) {
    return source.timestamp() >= 0 ? source.timestamp() : System.currentTimeMillis();
  }
}
