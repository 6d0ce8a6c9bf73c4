/**
 * The instance-wide queue between stream threads and translators: admission, decoding, batching
 * over all partitions, workers, outboxes. Knows no type of Kafka; whoever hands rows in takes the
 * finished ones out of the outbox that came with them.
 *
 * <p>May import: {@code domain}, {@code batching}, {@code engine} (its interface only), {@code
 * control}, {@code metrics}.
 */
package io.sluice.dispatch;
