/**
 * The layers of the network: linear, layer norm, attention, embedding, feed-forward.
 *
 * <p>Shape letters, used throughout: B rows in the batch, N tokens of all rows together, S source
 * tokens of a row, T target tokens, D model width, H heads, F feed-forward width, V vocabulary, L
 * layers. Weights are immutable and shared by all threads; scratch memory belongs to the caller.
 *
 * <p>May import: {@code tensor}.
 */
package io.sluice.nn;
