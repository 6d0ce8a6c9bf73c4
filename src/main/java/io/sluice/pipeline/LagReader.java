package io.sluice.pipeline;

import io.sluice.control.PartitionLoad;
import io.sluice.domain.UnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/**
 * Records of a topic that a whole application has not read yet: end offset for {@code
 * read_committed} less committed position. What is pending inside an instance comes on top.
 *
 * <p>A position that stands still short of the end is looked at more closely: Streams does not
 * commit in a partition from which it got no record, so that aborted records alone would count as
 * lag for ever. And a partition from which nothing can be fetched is left out, because no instance
 * can do anything about it. One from which a record can be fetched counts, however long it stands:
 * the instance cannot keep up. One thread.
 */
public final class LagReader implements OffsetSource, AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** A busy broker may be late once. */
  private static final int FRUITLESS_LOOKS = 2;

  private final Admin admin;
  private final String group;
  private final String topic;
  private final FetchProbe probe;
  private final Map<TopicPartition, Long> before = new HashMap<>();
  private final Map<TopicPartition, Integer> fruitless = new HashMap<>();

  /**
   * A reader of the requests topic.
   *
   * @param admin stays open when this is closed
   */
  public LagReader(Admin admin, ApplicationConfig config) {
    this(admin, config, config.topics().requests());
  }

  /** The same for another topic that the application reads. */
  LagReader(Admin admin, ApplicationConfig config, String topic) {
    this.admin = admin;
    this.group = config.applicationId();
    this.topic = topic;
    this.probe = new FetchProbe(config);
  }

  /**
   * Offsets between position and end, by partition, never negative; without partitions from which
   * nothing can be fetched.
   *
   * @throws UnavailableException if the broker does not answer
   */
  public Map<Integer, Long> unread() {
    long deadline = deadline();
    int count =
        get(admin.describeTopics(List.of(topic)).topicNameValues().get(topic), deadline)
            .partitions()
            .size();
    Map<Integer, Long> unread = new TreeMap<>();
    for (PartitionLoad each :
        loads(IntStream.range(0, count).boxed().collect(Collectors.toSet()))) {
      if (each.fetchable()) {
        unread.put(each.partition(), Math.max(0, each.endOffset() - each.position()));
      }
    }
    return unread;
  }

  @Override
  public List<PartitionLoad> loads(Set<Integer> partitions) {
    List<TopicPartition> asked =
        partitions.stream().sorted().map(each -> new TopicPartition(topic, each)).toList();
    if (asked.isEmpty()) {
      return List.of();
    }
    long deadline = deadline();
    Map<TopicPartition, OffsetAndMetadata> committed =
        get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata(), deadline);
    ListOffsetsResult ends =
        admin.listOffsets(
            asked.stream().collect(Collectors.toMap(each -> each, each -> OffsetSpec.latest())),
            new ListOffsetsOptions(IsolationLevel.READ_COMMITTED)
                .timeoutMs(Math.toIntExact(PATIENCE.toMillis())));
    List<PartitionLoad> loads = new ArrayList<>();
    UnavailableException silent = null;
    for (TopicPartition partition : asked) {
      OffsetAndMetadata position = committed.get(partition);
      long read = position == null ? 0 : position.offset();
      try {
        long end = get(ends.partitionResult(partition), deadline).offset();
        loads.add(load(partition, read, end));
      } catch (UnavailableException e) {
        silent = e;
        loads.add(new PartitionLoad(partition.partition(), read, read, false));
      }
    }
    if (silent != null && loads.stream().noneMatch(PartitionLoad::fetchable)) {
      throw silent;
    }
    return loads;
  }

  private PartitionLoad load(TopicPartition partition, long read, long end) {
    Long last = before.put(partition, read);
    boolean stands = last != null && last == read;
    if (!stands || read >= end) {
      fruitless.remove(partition);
      return new PartitionLoad(partition.partition(), end, read, true);
    }
    OptionalLong next = probe.next(partition, read, end);
    if (next.isPresent()) {
      fruitless.remove(partition);
      return new PartitionLoad(partition.partition(), end, next.getAsLong(), true);
    }
    int looks = fruitless.merge(partition, 1, Integer::sum);
    return new PartitionLoad(partition.partition(), end, read, looks < FRUITLESS_LOOKS);
  }

  private static long deadline() {
    return System.nanoTime() + PATIENCE.toNanos();
  }

  private static <T> T get(KafkaFuture<T> future, long deadline) {
    try {
      return future.get(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw new UnavailableException("the broker does not answer: " + e.getCause(), e.getCause());
    } catch (TimeoutException e) {
      throw new UnavailableException("the broker does not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnavailableException("interrupted while asking the broker", e);
    }
  }

  @Override
  public void close() {
    probe.close();
  }
}
