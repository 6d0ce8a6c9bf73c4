package io.sluice.pipeline;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out where the next record of a partition lies for a {@code read_committed} reader: aborted
 * records and control records take offsets too. Remembers what it has found. One thread.
 */
final class FetchProbe implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FetchProbe.class);
  private static final Duration PATIENCE = Duration.ofMillis(500);
  private static final Duration CLOSE = Duration.ofSeconds(1);
  private static final Duration POLL = Duration.ofMillis(50);

  /** A record that was there is believed in for so long. */
  private static final long BELIEF_NANOS = Duration.ofSeconds(5).toNanos();

  private final Consumer<byte[], byte[]> consumer;
  private final LongSupplier nanos;
  private final Map<TopicPartition, Stretch> empty = new HashMap<>();

  /** Offsets without a record for this reader: {@code from} inclusive, {@code to} exclusive. */
  private record Stretch(long from, long to, boolean recordFollows, long foundNanos) {}

  FetchProbe(ApplicationConfig config) {
    this(open(config), System::nanoTime);
  }

  /** With a consumer that is closed with this. */
  FetchProbe(Consumer<byte[], byte[]> consumer, LongSupplier nanos) {
    this.consumer = consumer;
    this.nanos = nanos;
  }

  private static Consumer<byte[], byte[]> open(ApplicationConfig config) {
    Map<String, Object> settings = new HashMap<>(StreamsSettings.reader(config));
    settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
    settings.remove(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1);
    settings.put(
        ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Math.toIntExact(PATIENCE.toMillis()));
    return KafkaClients.consumer(
        settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /**
   * The offset at or after {@code from} before which there is surely no record: that of the next
   * record, or {@code end} if there is none. Empty if nothing can be fetched, although the end has
   * not been reached.
   */
  OptionalLong next(TopicPartition partition, long from, long end) {
    Stretch known = empty.get(partition);
    boolean goOn = known != null && known.from() <= from && from <= known.to();
    if (goOn && known.recordFollows() && nanos.getAsLong() - known.foundNanos() < BELIEF_NANOS) {
      return OptionalLong.of(Math.min(known.to(), end));
    }
    long start = goOn ? known.to() : from;
    return start < end ? look(partition, from, start, end) : OptionalLong.of(end);
  }

  private OptionalLong look(TopicPartition partition, long from, long start, long end) {
    long deadline = nanos.getAsLong() + PATIENCE.toNanos();
    long position = start;
    try {
      consumer.assign(List.of(partition));
      consumer.seek(partition, start);
      do {
        var records = consumer.poll(POLL).records(partition);
        if (!records.isEmpty()) {
          long found = records.get(0).offset();
          empty.put(partition, new Stretch(from, found, true, nanos.getAsLong()));
          return OptionalLong.of(Math.min(found, end));
        }
        position = Math.max(position, consumer.position(partition));
      } while (position < end && nanos.getAsLong() - deadline < 0);
    } catch (KafkaException e) {
      LOG.debug("{} cannot be looked at", partition, e);
    }
    empty.put(partition, new Stretch(from, position, false, 0));
    return position < end ? OptionalLong.empty() : OptionalLong.of(end);
  }

  @Override
  public void close() {
    consumer.close(CloseOptions.timeout(CLOSE));
  }
}
