/**
 * Avro to domain values and back: strict decoding with bounds, registry framing, schema
 * registration, and the headers of results and dead letters.
 *
 * <p>May import: {@code domain}, Avro, Kafka's header types, the schema registry client.
 */
package io.sluice.codec;
