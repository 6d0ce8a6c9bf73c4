package io.sluice.pipeline;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Finds out where the next record of a partition lies for a {@code read_committed} reader: aborted
 * records and control records take offsets too. Remembers what it has skipped. One thread.
 */
final class FetchProbe implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMillis(500);
  private static final Duration CLOSE = Duration.ofSeconds(1);
  private static final Duration POLL = Duration.ofMillis(50);

  private final Consumer<byte[], byte[]> consumer;
  private final Map<TopicPartition, Stretch> empty = new HashMap<>();

  /** Offsets without a record for this reader: {@code from} inclusive, {@code to} exclusive. */
  private record Stretch(long from, long to) {}

  FetchProbe(ApplicationConfig config) {
    Map<String, Object> settings = new HashMap<>();
    StreamsSettings.admin(config).forEach((name, value) -> settings.put(name.toString(), value));
    settings.keySet().retainAll(ConsumerConfig.configNames());
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1);
    consumer =
        KafkaClients.consumer(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /**
   * The offset at or after {@code from} up to which there is surely no record; {@code from} itself
   * if there is one, and no more than {@code end}.
   */
  long skip(TopicPartition partition, long from, long end) {
    Stretch known = empty.get(partition);
    boolean goOn = known != null && known.from() <= from && from <= known.to();
    long start = goOn ? known.to() : from;
    long reached = start < end ? firstRecord(partition, start, end) : start;
    empty.put(partition, new Stretch(from, reached));
    return Math.min(reached, end);
  }

  private long firstRecord(TopicPartition partition, long from, long end) {
    consumer.assign(List.of(partition));
    consumer.seek(partition, from);
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    long position = from;
    while (position < end && System.nanoTime() - deadline < 0) {
      var records = consumer.poll(POLL);
      if (!records.isEmpty()) {
        return records.records(partition).get(0).offset();
      }
      position = consumer.position(partition);
    }
    return position;
  }

  @Override
  public void close() {
    consumer.close(CloseOptions.timeout(CLOSE));
  }
}
