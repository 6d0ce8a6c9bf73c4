package io.sluice.pipeline;

import io.sluice.domain.UnavailableException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/**
 * Requests that the whole application has not read yet: end offset for {@code read_committed} less
 * committed position. What is pending inside an instance comes on top.
 *
 * <p>A position that stands still short of the end is looked at more closely: Streams does not
 * commit in a partition from which it got no record, so that aborted records alone would count as
 * lag for ever. What no reader gets is left out. One thread.
 */
public final class LagReader implements AutoCloseable {
  private final Admin admin;
  private final String group;
  private final String topic;
  private final FetchProbe probe;
  private final Map<TopicPartition, Long> before = new HashMap<>();

  /**
   * A reader.
   *
   * @param admin stays open when this is closed
   */
  public LagReader(Admin admin, ApplicationConfig config) {
    this.admin = admin;
    this.group = config.applicationId();
    this.topic = config.topics().requests();
    this.probe = new FetchProbe(config);
  }

  /**
   * Offsets between position and end, by partition; never negative.
   *
   * @throws UnavailableException if the broker does not answer
   */
  public Map<Integer, Long> unread() {
    Map<TopicPartition, OffsetSpec> latest =
        partitions().collect(Collectors.toMap(each -> each, each -> OffsetSpec.latest()));
    Map<TopicPartition, OffsetAndMetadata> committed =
        get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
    Map<TopicPartition, ListOffsetsResultInfo> ends =
        get(admin.listOffsets(latest, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED)).all());
    Map<Integer, Long> unread = new HashMap<>();
    ends.forEach(
        (partition, end) -> {
          OffsetAndMetadata position = committed.get(partition);
          long read = position == null ? 0 : position.offset();
          unread.put(partition.partition(), unread(partition, read, end.offset()));
        });
    return unread;
  }

  private long unread(TopicPartition partition, long read, long end) {
    Long last = before.put(partition, read);
    boolean stands = last != null && last == read;
    long position = stands && read < end ? probe.skip(partition, read, end) : read;
    return Math.max(0, end - position);
  }

  private Stream<TopicPartition> partitions() {
    int count =
        get(admin.describeTopics(List.of(topic)).topicNameValues().get(topic)).partitions().size();
    return IntStream.range(0, count).mapToObj(each -> new TopicPartition(topic, each));
  }

  private static <T> T get(KafkaFuture<T> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw new UnavailableException("the broker does not answer: " + e.getCause(), e.getCause());
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
