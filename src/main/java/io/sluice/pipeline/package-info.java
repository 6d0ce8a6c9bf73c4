/**
 * Sluice inside Kafka Streams: the topology, its pending store, the settings, the topics, the error
 * policy, and the application that ties them to the dispatcher. Stream threads only keep raw
 * records and send finished ones.
 *
 * <p>May import: {@code domain}, {@code codec}, {@code dispatch}, {@code batching} (its limits),
 * {@code control}, {@code metrics}, {@code engine} (its interface only), Kafka Streams and clients.
 */
package io.sluice.pipeline;
