package io.sluice.moe.statistics;

/**
 * Which share of the neurons a batch keeps busy.
 *
 * @param batch tokens B in it
 * @param random mean share of neurons that at least one of B tokens activates, over all ways to
 *     draw B of the tokens seen; NaN if there are fewer than B
 * @param real the same over batches of tokens that came together; NaN if no batch had B
 * @param realBatches number of those batches
 */
public record UnionPoint(int batch, double random, double real, long realBatches) {}
