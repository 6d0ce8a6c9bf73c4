/**
 * How sparse a feed-forward layer is: which share of its neurons is inactive, how few of them carry
 * most of the activation, and how fast that is lost when tokens share a batch.
 *
 * <p>Takes arrays of activations, in one pass and with memory in the order of the number of
 * neurons. May import: the JDK only.
 */
package io.sluice.moe.statistics;
