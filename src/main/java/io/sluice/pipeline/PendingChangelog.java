package io.sluice.pipeline;

import io.sluice.domain.UnavailableException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Counts the rows of a changelog: reads committed records from its beginning to its end, as one who
 * belongs to no group, so that no instance notices. The changelog is compacted and small; a later
 * call of {@link #read} reads only what has come since. One thread.
 */
public final class PendingChangelog implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(100);

  private final String topic;
  private final LongConsumer progress;
  private final Consumer<byte[], byte[]> consumer;
  private final Map<TopicPartition, Set<Long>> live = new HashMap<>();
  private long recordsRead;

  /**
   * Connects; the topic must exist.
   *
   * @param clientSettings Kafka's own, with bootstrap servers and credentials
   * @param progress told the number of records read, now and then
   */
  public PendingChangelog(Map<String, Object> clientSettings, String topic, LongConsumer progress) {
    Map<String, Object> settings = new HashMap<>(clientSettings);
    settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
    settings.remove(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    this.topic = topic;
    this.progress = progress;
    this.consumer =
        KafkaClients.consumer(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /**
   * Reads on to the end that the topic has now.
   *
   * @param limit how long it may take
   * @return rows by partition, a value for every partition
   * @throws UnavailableException if the broker does not answer or the time is up
   * @throws AuthorizationException if the topic may not be read
   */
  public SortedMap<Integer, PendingRows> read(Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    try {
      assignAll(limit);
      Map<TopicPartition, Long> ends = consumer.endOffsets(live.keySet(), limit);
      while (behind(ends)) {
        if (System.nanoTime() - deadline > 0) {
          throw new UnavailableException(
              "%s could not be read to its end within %d s (%d records so far)"
                  .formatted(topic, limit.toSeconds(), recordsRead));
        }
        consumer.poll(POLL).forEach(this::apply);
        progress.accept(recordsRead);
      }
    } catch (AuthorizationException e) {
      throw e;
    } catch (KafkaException e) {
      throw new UnavailableException(topic + " cannot be read: " + e.getMessage(), e);
    }
    return counts();
  }

  /** Partitions may have been added since the last call. */
  private void assignAll(Duration limit) {
    List<TopicPartition> fresh = new ArrayList<>();
    for (PartitionInfo each : consumer.partitionsFor(topic, limit)) {
      TopicPartition partition = new TopicPartition(topic, each.partition());
      if (live.putIfAbsent(partition, new HashSet<>()) == null) {
        fresh.add(partition);
      }
    }
    if (!fresh.isEmpty()) {
      consumer.assign(live.keySet());
      consumer.seekToBeginning(fresh);
    }
  }

  private boolean behind(Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream()
        .anyMatch(end -> consumer.position(end.getKey()) < end.getValue());
  }

  private void apply(ConsumerRecord<byte[], byte[]> change) {
    recordsRead++;
    Set<Long> rows = live.get(new TopicPartition(change.topic(), change.partition()));
    long offset = ByteBuffer.wrap(change.key()).getLong();
    if (change.value() == null) {
      rows.remove(offset);
    } else {
      rows.add(offset);
    }
  }

  private SortedMap<Integer, PendingRows> counts() {
    SortedMap<Integer, PendingRows> counts = new TreeMap<>();
    live.forEach(
        (partition, rows) ->
            counts.put(
                partition.partition(),
                rows.isEmpty()
                    ? PendingRows.NONE
                    : new PendingRows(
                        rows.size(), rows.stream().mapToLong(o -> o).max().orElse(-1))));
    return counts;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
