package io.sluice.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PartitionTurnsTest {
  private static final TopicPartition A = new TopicPartition("requests", 0);
  private static final TopicPartition B = new TopicPartition("requests", 1);
  private static final Set<TopicPartition> BOTH = Set.of(A, B);

  private final PartitionTurns turns = new PartitionTurns();
  private final Set<TopicPartition> more = new HashSet<>(BOTH);

  private static ConsumerRecord<byte[], byte[]> record(TopicPartition partition, long timestamp) {
    return new ConsumerRecord<>(
        partition.topic(),
        partition.partition(),
        0,
        timestamp,
        TimestampType.CREATE_TIME,
        0,
        0,
        null,
        new byte[0],
        new RecordHeaders(),
        Optional.empty());
  }

  private Set<TopicPartition> held() {
    return turns.held(BOTH, more::contains);
  }

  private void reached(TopicPartition partition, long timestamp) {
    gave(partition, List.of(record(partition, timestamp)));
  }

  private void gave(TopicPartition partition, List<ConsumerRecord<byte[], byte[]>> records) {
    turns.gave(new ConsumerRecords<>(Map.of(partition, records), Map.of()));
  }

  @Test
  void shouldHoldBackWhoIsAheadOfOneThatHasMore() {
    reached(A, 1000);
    reached(B, 5000);

    assertThat(held()).containsExactly(B);
  }

  @Test
  void shouldHoldNobodyBackWithinATolerance() {
    reached(A, 1000);
    reached(B, 1000 + PartitionTurns.AHEAD_MILLIS);

    assertThat(held()).isEmpty();
  }

  @Test
  void shouldNotWaitForOneThatIsReadToItsEnd() {
    reached(A, 1000);
    reached(B, 5000);
    more.remove(A);

    assertThat(held()).isEmpty();
  }

  @Test
  void shouldNotWaitForOneThatGaveNothingUntilItGivesSomething() {
    reached(A, 1000);
    reached(B, 5000);
    assertThat(held()).containsExactly(B);
    turns.gave(ConsumerRecords.empty());

    assertThat(held()).isEmpty();
    reached(B, 6000);
    assertThat(held()).isEmpty();
    reached(A, 1100);
    assertThat(held()).containsExactly(B);
  }

  @Test
  void shouldTakeOneThatGaveNothingYetForTheOldest() {
    assertThat(held()).as("nobody gave anything").isEmpty();
    reached(B, 5000);
    assertThat(held()).containsExactly(B);
    more.remove(A);
    assertThat(held()).isEmpty();
  }

  @Test
  void shouldForgetPartitionsThatWent() {
    reached(A, 1000);
    reached(B, 5000);

    assertThat(turns.held(Set.of(B), more::contains)).isEmpty();
    reached(A, 6000);
    assertThat(held()).containsExactly(A);
  }

  @Test
  void shouldNeitherHoldBackNorWaitForRecordsWithoutATimestamp() {
    reached(A, ConsumerRecord.NO_TIMESTAMP);
    reached(B, 5000);
    assertThat(held()).isEmpty();
    turns.held(Set.of(A), more::contains); // B is new again
    assertThat(held()).isEmpty();
  }

  /** Hands out fetched pieces one after the other, fetches only for who has none: as Kafka does. */
  private final class Reader {
    private static final int POLL = 128;
    private final Map<TopicPartition, Deque<Long>> unread =
        new TreeMap<>(Comparator.comparingInt(TopicPartition::partition));
    private final Map<TopicPartition, Deque<Long>> pieces = new LinkedHashMap<>();
    private final int piece;
    private final List<Long> order = new ArrayList<>();

    Reader(int piece) {
      this.piece = piece;
    }

    void fill(TopicPartition partition, int perSecond, int seconds, long from) {
      Deque<Long> times = new ArrayDeque<>();
      for (int i = 0; i < perSecond * seconds; i++) {
        times.add(from + i * 1000L / perSecond);
      }
      unread.put(partition, times);
    }

    private boolean hasMore(TopicPartition partition) {
      return pieces.containsKey(partition) || !unread.get(partition).isEmpty();
    }

    /** One poll; returns the partition that gave, null: none. */
    TopicPartition poll() {
      Set<TopicPartition> held = turns.held(BOTH, this::hasMore);
      TopicPartition next =
          pieces.keySet().stream().filter(each -> !held.contains(each)).findFirst().orElse(null);
      List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
      if (next != null) {
        Deque<Long> from = pieces.get(next);
        while (!from.isEmpty() && records.size() < POLL) {
          order.add(from.element());
          records.add(record(next, from.remove()));
        }
        if (from.isEmpty()) {
          pieces.remove(next);
        }
        gave(next, records);
      } else {
        turns.gave(ConsumerRecords.empty());
      }
      boolean buffered = pieces.keySet().stream().anyMatch(each -> !held.contains(each));
      for (TopicPartition each : unread.keySet()) {
        if (!buffered && !held.contains(each) && !unread.get(each).isEmpty()) {
          Deque<Long> fetched = pieces.computeIfAbsent(each, key -> new ArrayDeque<>());
          while (fetched.size() < piece && !unread.get(each).isEmpty()) {
            fetched.add(unread.get(each).remove());
          }
        }
      }
      return next;
    }

    boolean done() {
      return !hasMore(A) && !hasMore(B);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 250, 256, 512, 1000})
  void shouldReadInTheOrderOfTimeWhatPartitionsShareUnevenly(int piece) {
    Reader reader = new Reader(piece);
    reader.fill(A, 300, 60, 0);
    reader.fill(B, 900, 60, 0);
    int polls = 0;
    while (!reader.done() && polls++ < 10_000) {
      reader.poll();
    }

    assertThat(reader.order).hasSize(1200 * 60);
    long newest = 0;
    for (long time : reader.order) {
      newest = Math.max(newest, time);
      assertThat(newest - time).as("turned around by, milliseconds").isLessThan(2_500);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 250, 256, 512, 1000})
  void shouldGiveOneTurnInEightToWhoIsAheadWhateverTimestampsSay(int piece) {
    Reader reader = new Reader(piece);
    reader.fill(A, 1000, 200, 0);
    reader.fill(B, 1000, 200, 1_000_000_000);
    int other = 0;
    for (int poll = 0; poll < 800; poll++) {
      other += B.equals(reader.poll()) ? 1 : 0;
    }

    assertThat(other).isBetween(800 / PartitionTurns.TURNS / 2, 800 / PartitionTurns.TURNS * 2);
  }
}
