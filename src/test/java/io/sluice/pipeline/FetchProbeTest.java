package io.sluice.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FetchProbeTest {
  private static final TopicPartition PARTITION = new TopicPartition("requests", 0);

  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
  private long nanos;
  private final FetchProbe probe = new FetchProbe(consumer, this::now);

  /** Every look at the clock takes a tenth of a second. */
  private long now() {
    nanos += 100_000_000;
    return nanos;
  }

  @AfterEach
  void close() {
    probe.close();
  }

  private void poll(Runnable task) {
    consumer.schedulePollTask(
        () -> {
          consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
          task.run();
        });
  }

  @Test
  void shouldFindTheNextRecordAndBelieveInItForAWhile() {
    poll(() -> consumer.addRecord(new ConsumerRecord<>("requests", 0, 7, null, new byte[1])));

    assertThat(probe.next(PARTITION, 4, 10)).hasValue(7);
    // nothing more is scheduled: this is known
    assertThat(probe.next(PARTITION, 4, 10)).hasValue(7);
    nanos += Duration.ofSeconds(6).toNanos();
    assertThat(probe.next(PARTITION, 4, 10)).as("nothing can be fetched any more").isEmpty();
  }

  @Test
  void shouldReachTheEndWhenOnlyAbortedRecordsAreLeft() {
    poll(() -> consumer.seek(PARTITION, 10));

    assertThat(probe.next(PARTITION, 4, 10)).hasValue(10);
    assertThat(probe.next(PARTITION, 4, 10)).hasValue(10);
  }

  @Test
  void shouldSayThatNothingCanBeFetchedWhenThePositionStands() {
    assertThat(probe.next(PARTITION, 4, 10)).isEmpty();

    poll(() -> consumer.setPollException(new KafkaException("no leader")));
    assertThat(probe.next(PARTITION, 4, 10)).isEmpty();
    poll(() -> consumer.addRecord(new ConsumerRecord<>("requests", 0, 4, null, new byte[1])));
    assertThat(probe.next(PARTITION, 4, 10)).hasValue(4);
  }
}
