/**
 * Cuts the neurons of one feed-forward layer into experts of equal size: by co-activation graph, by
 * balanced k-means, or at random.
 *
 * <p>Everything is deterministic by seed, on one thread, and exactly balanced. May import: the JDK
 * only.
 */
package io.sluice.moe.partition;
