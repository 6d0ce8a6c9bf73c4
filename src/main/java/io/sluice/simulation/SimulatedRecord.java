package io.sluice.simulation;

/**
 * A request on its way.
 *
 * @param bornNanos its timestamp
 * @param partition where it is
 * @param source tokens
 * @param target tokens
 */
record SimulatedRecord(long bornNanos, int partition, int source, int target) {}
