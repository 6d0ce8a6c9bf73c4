package io.sluice.cli;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Reads all partitions of a topic, committed records only, without a consumer group. One thread.
 */
public final class ResultReader implements AutoCloseable {
  private final KafkaConsumer<String, byte[]> consumer;

  /**
   * Connects.
   *
   * @param settings of the clients, with {@code bootstrap.servers}
   * @param fromBeginning start with the oldest record, else with the next that comes
   * @throws ExitException if the broker or the topic is not there
   */
  public ResultReader(Map<String, Object> settings, String topic, boolean fromBeginning) {
    Map<String, Object> consumerSettings = new HashMap<>(settings);
    consumerSettings.put("isolation.level", "read_committed");
    consumerSettings.put("enable.auto.commit", "false");
    consumerSettings.putIfAbsent("default.api.timeout.ms", "15000");
    consumerSettings.putIfAbsent("request.timeout.ms", "10000");
    consumer =
        new KafkaConsumer<>(
            consumerSettings, new StringDeserializer(), new ByteArrayDeserializer());
    try {
      List<PartitionInfo> found = consumer.partitionsFor(topic);
      if (found == null || found.isEmpty()) {
        throw new ExitException("no topic " + topic + " on " + settings.get("bootstrap.servers"));
      }
      List<TopicPartition> partitions =
          found.stream().map(each -> new TopicPartition(topic, each.partition())).toList();
      consumer.assign(partitions);
      if (fromBeginning) {
        consumer.seekToBeginning(partitions);
      } else {
        consumer.seekToEnd(partitions);
      }
      // seeking is lazy: fixes the start before anything else happens
      partitions.forEach(consumer::position);
    } catch (TimeoutException e) {
      consumer.close();
      throw new ExitException("no broker answers at " + settings.get("bootstrap.servers"), e);
    } catch (RuntimeException e) {
      consumer.close();
      throw e;
    }
  }

  /** What came since, at most waiting for {@code limit}. */
  public ConsumerRecords<String, byte[]> poll(Duration limit) {
    return consumer.poll(limit);
  }

  @Override
  public void close() {
    consumer.close();
  }
}
