package io.sluice.pipeline;

import org.apache.kafka.streams.processor.api.Record;

/**
 * A record to send.
 *
 * @param sink name of the sink node
 * @param kafkaRecord what to send
 * @param outcome for the meter: translated, bypassed, expired, tombstone, rejected
 */
record Outgoing(String sink, Record<byte[], byte[]> kafkaRecord, String outcome) {}
