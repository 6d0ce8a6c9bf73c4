package io.sluice.watch;

import io.sluice.metrics.Exposition;

/**
 * What the instances exported at one time.
 *
 * @param nanos when, {@link System#nanoTime}
 * @param meters of all instances together
 */
public record Snapshot(long nanos, Exposition meters) {}
