package io.sluice.control;

import java.util.Map;

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
 * @param handed offset after the record handed in last, by partition
 */
public record PendingLoad(
    long admittedRecords,
    long admittedTokens,
    long translatedTokens,
    long queuedRecords,
    long queuedTokens,
    long runningRecords,
    double oldestAgeMillis,
    Map<Integer, Long> handed) {

  public PendingLoad {
    handed = Map.copyOf(handed);
  }

  /** Nothing held, nothing done. */
  public static PendingLoad none() {
    return new PendingLoad(0, 0, 0, 0, 0, 0, 0, Map.of());
  }

  /**
   * A partition whose position is the committed one, as far as it was really read: what was handed
   * in and is not committed yet would count twice, as unread and as pending.
   */
  public PartitionLoad read(PartitionLoad committed) {
    long position = Math.max(committed.position(), handed.getOrDefault(committed.partition(), 0L));
    return new PartitionLoad(
        committed.partition(), committed.endOffset(), position, committed.fetchable());
  }
}
