package io.sluice.faults;

import io.sluice.embedded.Cluster;
import io.sluice.testing.FlowCounts;
import io.sluice.testing.ResultLog;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * What a {@code read_committed} reader sees of records that carry their number in a header. Keeps
 * numbers only, so that the records may be large. One thread.
 */
final class NumberedOutcomes implements AutoCloseable {
  private static final String HEADER = "number";
  private static final Duration POLL = Duration.ofMillis(50);

  private final KafkaConsumer<String, byte[]> consumer;
  private final Map<Integer, String> topics = new HashMap<>();
  private final Map<String, Integer> latest = new HashMap<>();
  private int size;
  private int outOfOrder;

  NumberedOutcomes(Cluster cluster, String... topics) {
    Map<String, Object> settings = new HashMap<>(ResultLog.clients(cluster));
    settings.put("isolation.level", "read_committed");
    settings.put("auto.offset.reset", "earliest");
    consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
    Set<TopicPartition> partitions = new HashSet<>();
    for (String topic : topics) {
      consumer
          .partitionsFor(topic)
          .forEach(each -> partitions.add(new TopicPartition(topic, each.partition())));
    }
    consumer.assign(partitions);
  }

  /** The header of the record with a number; Sluice passes it on. */
  static Header header(int number) {
    return new RecordHeader(HEADER, Integer.toString(number).getBytes(StandardCharsets.UTF_8));
  }

  /** Reads what came; returns how many records were seen since the beginning. */
  int size() {
    for (ConsumerRecord<String, byte[]> each : consumer.poll(POLL)) {
      byte[] text = each.headers().lastHeader(HEADER).value();
      int number = Integer.parseInt(new String(text, StandardCharsets.UTF_8));
      topics.put(number, each.topic());
      Integer before = latest.put(each.topic() + " " + each.key(), number);
      if (before != null && before > number) {
        outOfOrder++;
      }
      size++;
    }
    return size;
  }

  /** The topic in which the outcome of a record was seen, null if none was. */
  String topic(int number) {
    return topics.get(number);
  }

  /** Where the numbers from 0 on were sent; order counts within a topic. */
  FlowCounts count(int sent) {
    return new FlowCounts(sent, size, sent - topics.size(), size - topics.size(), outOfOrder);
  }

  @Override
  public void close() {
    consumer.close();
  }
}
