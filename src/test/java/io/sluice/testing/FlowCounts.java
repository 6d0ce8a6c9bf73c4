package io.sluice.testing;

/**
 * What became of the records of a flow.
 *
 * @param requests records sent that must have an outcome
 * @param outcomes records that a {@code read_committed} reader saw, results and dead letters
 * @param lost requests without an outcome
 * @param doubled outcomes beyond the first of a request
 * @param outOfOrder outcomes that came before that of an earlier request of their key
 */
public record FlowCounts(int requests, int outcomes, int lost, int doubled, int outOfOrder) {}
