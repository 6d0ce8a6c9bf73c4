package io.sluice.batching;

/**
 * How much may be handed over at once. Up to a batch's rows one limit of padded tokens holds, for
 * the rows beyond them another.
 *
 * @param rows segments, at least those of a batch
 * @param paddedTokens segments times the longest of them, for the rows of one batch
 * @param morePaddedTokens the same for further ones
 */
public record Room(int rows, int paddedTokens, int morePaddedTokens) {}
