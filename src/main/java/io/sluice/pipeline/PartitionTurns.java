package io.sluice.pipeline;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;

/**
 * Under a backlog, the oldest records first, whatever partition of this reader they are in:
 * producers fill partitions unevenly, and read in turns the fuller one falls behind. A partition
 * that is ahead of one with more to read is held back, in seven turns of eight: in the eighth the
 * others are, as timestamps may be anything. Nobody waits for a partition that gave nothing when it
 * was its turn, nor for one whose records have no timestamp. One thread.
 */
final class PartitionTurns {
  /** Ahead by less does not count, milliseconds. */
  static final long AHEAD_MILLIS = 100;

  /** One turn in so many belongs to those that are held back in the others. */
  static final int TURNS = 8;

  private final Map<TopicPartition, Long> reached = new HashMap<>(); // timestamp read last
  private final Set<TopicPartition> barren = new HashSet<>(); // gave nothing in its turn
  private Set<TopicPartition> awaited = Set.of(); // those for which others are held back
  private int turns;

  /**
   * The partitions that are held back in the next poll. One that gave nothing yet is behind all.
   *
   * @param assigned to this reader
   * @param more true if a partition is known to have records that are not read, and may give them
   */
  Set<TopicPartition> held(Set<TopicPartition> assigned, Predicate<TopicPartition> more) {
    reached.keySet().retainAll(assigned);
    barren.retainAll(assigned);
    awaited = Set.of();
    if (reached.isEmpty()) {
      return Set.of();
    }
    Set<TopicPartition> waiting = new HashSet<>();
    long oldest = Long.MAX_VALUE;
    for (TopicPartition each : assigned) {
      long own = reached.getOrDefault(each, Long.MIN_VALUE);
      if (own != ConsumerRecord.NO_TIMESTAMP && !barren.contains(each) && more.test(each)) {
        waiting.add(each);
        oldest = Math.min(oldest, own);
      }
    }
    Set<TopicPartition> ahead = ahead(oldest);
    if (ahead.isEmpty()) {
      return ahead;
    }
    waiting.removeAll(ahead);
    turns++;
    if (turns % TURNS == 0) {
      return waiting;
    }
    awaited = waiting;
    return ahead;
  }

  private Set<TopicPartition> ahead(long oldest) {
    long enough = Math.max(oldest, oldest + AHEAD_MILLIS); // the largest number stays
    Set<TopicPartition> ahead = new HashSet<>();
    reached.forEach(
        (each, own) -> {
          if (own > enough && own != ConsumerRecord.NO_TIMESTAMP) {
            ahead.add(each);
          }
        });
    return ahead;
  }

  /** What that poll gave. */
  void gave(ConsumerRecords<?, ?> records) {
    if (records.isEmpty()) {
      barren.addAll(awaited);
    }
    for (TopicPartition partition : records.partitions()) {
      List<? extends ConsumerRecord<?, ?>> read = records.records(partition);
      reached.put(partition, read.get(read.size() - 1).timestamp());
      barren.remove(partition);
    }
  }
}
