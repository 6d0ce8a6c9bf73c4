package io.sluice.control;

/**
 * What the dispatcher holds and has done.
 *
 * @param admittedRecords records handed in since the start
 * @param admittedTokens their source tokens
 * @param translatedTokens source tokens translated since the start
 * @param queuedRecords records that no batch has taken
 * @param queuedTokens their source tokens
 * @param runningRecords records in a batch, or translated and not yet sent
 * @param oldestAgeMillis age of the oldest that is queued, since its timestamp; 0: none is
 */
public record PendingLoad(
    long admittedRecords,
    long admittedTokens,
    long translatedTokens,
    long queuedRecords,
    long queuedTokens,
    long runningRecords,
    double oldestAgeMillis) {}
