package io.sluice.pipeline;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;

/**
 * Under a backlog, the oldest records first, whatever partition they are in: producers fill
 * partitions unevenly, and read in turns the fuller one falls behind. A partition that is ahead of
 * one with more to read is held back, but not for long: it gets every eighth turn at least, and
 * whenever nothing came, as timestamps may be anything and a partition may have nothing that can be
 * fetched. One thread.
 */
final class PartitionTurns {
  /** Ahead by less does not count, milliseconds. */
  static final long AHEAD_MILLIS = 500;

  /** Each so-manieth turn is free. */
  static final int FREE_TURN = 8;

  private final Map<TopicPartition, Long> reached = new HashMap<>(); // timestamp read last
  private int turns;
  private boolean nothingCame;

  /**
   * The partitions that are held back in the next poll. One that gave nothing yet is behind all.
   *
   * @param assigned to this reader
   * @param more true if a partition is known to have records that are not read, and may give them
   */
  Set<TopicPartition> held(Set<TopicPartition> assigned, Predicate<TopicPartition> more) {
    reached.keySet().retainAll(assigned);
    turns++;
    if (reached.isEmpty() || nothingCame || turns % FREE_TURN == 0) {
      return Set.of();
    }
    long oldest = Long.MAX_VALUE;
    for (TopicPartition each : assigned) {
      long own = reached.getOrDefault(each, Long.MIN_VALUE);
      if (own < oldest && more.test(each)) {
        oldest = own;
      }
    }
    long enough = Math.max(oldest, oldest + AHEAD_MILLIS); // the largest number stays
    Set<TopicPartition> held = new HashSet<>();
    reached.forEach(
        (each, own) -> {
          if (own > enough) {
            held.add(each);
          }
        });
    return held;
  }

  /** What that poll gave. */
  void gave(ConsumerRecords<?, ?> records) {
    nothingCame = records.isEmpty();
    for (TopicPartition partition : records.partitions()) {
      var read = records.records(partition);
      reached.put(partition, read.get(read.size() - 1).timestamp());
    }
  }
}
