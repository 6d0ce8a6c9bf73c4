package io.sluice.pipeline;

import org.apache.kafka.streams.processor.api.Record;

/**
 * A record to send.
 *
 * @param sink name of the sink node
 * @param kafkaRecord what to send
 */
record Outgoing(String sink, Record<byte[], byte[]> kafkaRecord) {}
