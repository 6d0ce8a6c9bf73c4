/**
 * When a batch is released and which segments go together: pure functions of plain values. No
 * threads, no clock of its own, no Kafka.
 *
 * <p>May import: {@code domain}.
 */
package io.sluice.batching;
