package io.sluice.cli;

import io.sluice.pipeline.Access;
import io.sluice.pipeline.BrokerRefusals;
import io.sluice.pipeline.KafkaClients;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Reads all partitions of a topic, committed records only, without a consumer group. One thread.
 */
public final class ResultReader implements AutoCloseable {
  private final Consumer<String, byte[]> consumer;
  private final BrokerRefusals refusals;

  /**
   * Connects.
   *
   * @param settings of the clients, with {@code bootstrap.servers}
   * @param fromBeginning start with the oldest record, else with the next that comes
   * @throws ExitException if the broker or the topic is not there or refuses the client
   */
  public ResultReader(Map<String, Object> settings, String topic, boolean fromBeginning) {
    refusals = new BrokerRefusals(settings, Access.toConsume(topic));
    Map<String, Object> consumerSettings = new HashMap<>(settings);
    consumerSettings.put("isolation.level", "read_committed");
    consumerSettings.put("enable.auto.commit", "false");
    consumerSettings.putIfAbsent("default.api.timeout.ms", "15000");
    consumerSettings.putIfAbsent("request.timeout.ms", "10000");
    consumer = open(consumerSettings);
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
      throw explained(e);
    }
  }

  private Consumer<String, byte[]> open(Map<String, Object> consumerSettings) {
    try {
      return KafkaClients.consumer(
          consumerSettings, new StringDeserializer(), new ByteArrayDeserializer());
    } catch (KafkaException e) {
      throw explained(e);
    }
  }

  /**
   * What came since, at most waiting for {@code limit}.
   *
   * @throws ExitException if the broker refuses the client
   */
  public ConsumerRecords<String, byte[]> poll(Duration limit) {
    try {
      return consumer.poll(limit);
    } catch (AuthenticationException | AuthorizationException e) {
      throw explained(e);
    }
  }

  private RuntimeException explained(RuntimeException e) {
    return refusals.describe(e).<RuntimeException>map(text -> new ExitException(text, e)).orElse(e);
  }

  @Override
  public void close() {
    consumer.close();
  }
}
