package io.sluice.batching;

/**
 * A waiting segment, as far as batching is concerned.
 *
 * @param length source tokens
 * @param minimumExpertShare what its request insists on, 0 to 1; 0: nothing
 * @param rank class of urgency, 0 is the most urgent
 * @param waitedNanos how long it has been waiting
 * @param bulky true if its text has many segments: such texts share what others leave
 */
public record Candidate(
    int length, double minimumExpertShare, int rank, long waitedNanos, boolean bulky) {}
