package io.sluice.pipeline;

import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaClientSupplier;

/**
 * Clients for Kafka Streams of which the main consumer reads the oldest records of a backlog first
 * (see {@link PartitionTurns}) and fetches none while it rests: when the dispatcher is full, or
 * always, to drain. It stays a member of its group; stores are restored, punctuators run and
 * transactions are committed as ever. ({@code KafkaStreams#pause} would stop the punctuators too,
 * and a stream thread that waits in {@code process} may not wait for long.)
 */
final class RestingClients implements KafkaClientSupplier {
  private final BooleanSupplier resting;

  /**
   * @param resting asked before each poll, by stream threads
   */
  RestingClients(BooleanSupplier resting) {
    this.resting = resting;
  }

  @Override
  public Admin getAdmin(Map<String, Object> config) {
    return KafkaClients.admin(config);
  }

  @Override
  public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
    return KafkaClients.producer(config, new ByteArraySerializer(), new ByteArraySerializer());
  }

  @Override
  public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
    return new RestingConsumer(config, resting);
  }

  @Override
  public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
    return KafkaClients.consumer(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  @Override
  public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
    return getRestoreConsumer(config);
  }

  /**
   * While it rests, the partitions that Kafka Streams has not paused itself are paused for a poll;
   * otherwise those are that others should come before.
   */
  private static final class RestingConsumer extends KafkaConsumer<byte[], byte[]> {
    private final BooleanSupplier resting;
    private final PartitionTurns turns = new PartitionTurns();
    private final Set<TopicPartition> ours = new HashSet<>(); // paused here, for one poll

    RestingConsumer(Map<String, Object> config, BooleanSupplier resting) {
      super(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
      this.resting = resting;
    }

    @Override
    public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
      Set<TopicPartition> paused = paused(); // by Kafka Streams: it restores their stores, say
      if (resting.getAsBoolean()) {
        return pollWithout(assignment(), paused, timeout);
      }
      Set<TopicPartition> held =
          turns.held(assignment(), each -> !paused.contains(each) && hasMore(each));
      ConsumerRecords<byte[], byte[]> records = pollWithout(held, paused, timeout);
      turns.gave(records);
      return records;
    }

    private boolean hasMore(TopicPartition partition) {
      return currentLag(partition).orElse(0) > 0;
    }

    private ConsumerRecords<byte[], byte[]> pollWithout(
        Set<TopicPartition> held, Set<TopicPartition> paused, Duration timeout) {
      ours.addAll(held);
      ours.removeAll(paused);
      super.pause(Set.copyOf(ours));
      try {
        return super.poll(timeout);
      } finally {
        ours.retainAll(assignment());
        super.resume(Set.copyOf(ours));
        ours.clear();
      }
    }

    /** Also within a poll, when partitions come and go: those stay paused. */
    @Override
    public void pause(Collection<TopicPartition> partitions) {
      ours.removeAll(partitions);
      super.pause(partitions);
    }
  }
}
