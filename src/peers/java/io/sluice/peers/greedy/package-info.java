/**
 * Greedy search around an engine that computes logits: what rows have said, and workers in a pool.
 *
 * <p>May import: {@code peers}, {@code tensor}.
 */
package io.sluice.peers.greedy;
