package io.sluice.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class PartitionTurnsTest {
  private static final TopicPartition A = new TopicPartition("requests", 0);
  private static final TopicPartition B = new TopicPartition("requests", 1);
  private static final Set<TopicPartition> BOTH = Set.of(A, B);

  private final PartitionTurns turns = new PartitionTurns();
  private final Set<TopicPartition> more = new HashSet<>(BOTH);

  private static ConsumerRecords<byte[], byte[]> records(TopicPartition partition, long timestamp) {
    ConsumerRecord<byte[], byte[]> record =
        new ConsumerRecord<>(
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
    return new ConsumerRecords<>(Map.of(partition, List.of(record)), Map.of());
  }

  private Set<TopicPartition> held() {
    return turns.held(BOTH, more::contains);
  }

  private void reached(TopicPartition partition, long timestamp) {
    turns.gave(records(partition, timestamp));
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
  void shouldNotWaitForOneThatGaveNothingNow() {
    reached(A, 1000);
    reached(B, 5000);
    turns.gave(ConsumerRecords.empty());

    assertThat(held()).isEmpty();
    reached(B, 6000);
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
  void shouldGiveEveryEighthTurnToAllWhateverTimestampsSay() {
    reached(A, 0);
    reached(B, 1_000_000_000);
    int free = 0;
    for (int turn = 0; turn < 40; turn++) {
      free += held().isEmpty() ? 1 : 0;
      reached(A, turn);
    }

    assertThat(free).isEqualTo(40 / PartitionTurns.FREE_TURN);
  }

  /** A partition with three times as much: read in turns it would end far behind. */
  @Test
  void shouldReadInTheOrderOfTimeWhatPartitionsShareUnevenly() {
    Map<TopicPartition, List<Long>> unread = new HashMap<>(Map.of(A, times(3), B, times(9)));
    List<Long> order = new ArrayList<>();
    TopicPartition last = A;
    while (!unread.get(A).isEmpty() || !unread.get(B).isEmpty()) {
      Set<TopicPartition> held = turns.held(BOTH, each -> !unread.get(each).isEmpty());
      TopicPartition next = last.equals(A) ? B : A; // in turns, as the consumer does
      next = held.contains(next) || unread.get(next).isEmpty() ? (next.equals(A) ? B : A) : next;
      last = next;
      if (held.contains(next) || unread.get(next).isEmpty()) {
        turns.gave(ConsumerRecords.empty());
        continue;
      }
      order.add(unread.get(next).remove(0));
      reached(next, order.get(order.size() - 1));
    }

    for (int i = 0; i < order.size(); i++) {
      for (int later = i + 1; later < order.size(); later++) {
        assertThat(order.get(i) - order.get(later)).as("turned around by").isLessThan(2_000);
      }
    }
    assertThat(order).hasSize(12 * 10);
  }

  /** So many a second, in even steps, for ten seconds. */
  private static List<Long> times(int rate) {
    List<Long> times = new ArrayList<>();
    for (int i = 0; i < rate * 10; i++) {
      times.add(i * 1000L / rate);
    }
    return times;
  }
}
