package io.sluice.pipeline;

import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/** The settings of Kafka Streams and of the admin client. Pure functions. */
public final class StreamsSettings {
  private static final long POLL_MILLIS = 10;

  /** Records of a partition that Streams holds back: few, because each may be large. */
  private static final int BUFFERED_RECORDS = 4;

  private static final int MAX_POLL_RECORDS = 128;

  /**
   * What one partition gives before it is the next one's turn, while all have more: the consumer
   * hands out a fetched piece to its end, and no urgent record of another partition overtakes it.
   */
  private static final int PARTITION_FETCH_BYTES = 32 << 10;

  private static final int FETCH_BYTES = 8 << 20;

  /** A broker is asked for one partition's records no longer than this while others have some. */
  private static final int FETCH_WAIT_MILLIS = 100;

  private static final int LINGER_MILLIS = 5;
  private static final int ADMIN_TIMEOUT_MILLIS = 15_000;

  /** The least that Kafka Streams allows. */
  private static final long PROBING_REBALANCE_MILLIS = 60_000;

  private StreamsSettings() {}

  /**
   * Settings of Kafka Streams: ours, then the user's client properties, then single overrides.
   *
   * @throws IllegalArgumentException if an override would give up exactly-once
   */
  public static Properties streams(ApplicationConfig config) {
    Map<String, Object> settings = new HashMap<>();
    settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, config.commitInterval().toMillis());
    settings.put(StreamsConfig.POLL_MS_CONFIG, POLL_MILLIS);
    settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, config.streamThreads());
    settings.put(StreamsConfig.STATE_DIR_CONFIG, config.stateDir().toString());
    settings.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0L);
    settings.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, BUFFERED_RECORDS);
    settings.put(
        StreamsConfig.REPLICATION_FACTOR_CONFIG, Short.toString(config.replicationFactor()));
    settings.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
    // what is pending is restored in a moment, however long its changelog is: an instance that
    // joins
    // takes its share at once, and no partition stays behind to warm a copy up first
    settings.put(StreamsConfig.ACCEPTABLE_RECOVERY_LAG_CONFIG, Long.MAX_VALUE);
    // where the lag of the stores could not be asked, Streams leaves everything where it is until
    // then; ten minutes by default
    settings.put(StreamsConfig.PROBING_REBALANCE_INTERVAL_MS_CONFIG, PROBING_REBALANCE_MILLIS);
    consumer(settings, config);
    // the one codec that clients in every language read without a plug-in
    settings.put(producer(ProducerConfig.COMPRESSION_TYPE_CONFIG), "gzip");
    settings.put(producer(ProducerConfig.LINGER_MS_CONFIG), LINGER_MILLIS);
    settings.put(producer(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), config.maxRecordBytes());
    settings.putAll(config.clientProperties());
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, config.applicationId());
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, config.bootstrapServers());
    settings.putAll(config.kafkaOverrides());
    if (!settings
        .get(StreamsConfig.PROCESSING_GUARANTEE_CONFIG)
        .equals(StreamsConfig.EXACTLY_ONCE_V2)) {
      throw new IllegalArgumentException(
          "processing.guarantee must stay exactly_once_v2: one outcome for each request");
    }
    Properties properties = new Properties();
    properties.putAll(settings);
    return properties;
  }

  /** The largest record that the producer takes, bytes, whoever has set it. */
  public static int maxRequestBytes(ApplicationConfig config) {
    Object size = streams(config).get(producer(ProducerConfig.MAX_REQUEST_SIZE_CONFIG));
    return Integer.parseInt(size.toString());
  }

  private static void consumer(Map<String, Object> settings, ApplicationConfig config) {
    int session = Math.toIntExact(config.sessionTimeout().toMillis());
    settings.put(consumer(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), MAX_POLL_RECORDS);
    settings.put(consumer(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG), PARTITION_FETCH_BYTES);
    settings.put(consumer(ConsumerConfig.FETCH_MAX_BYTES_CONFIG), FETCH_BYTES);
    settings.put(consumer(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG), FETCH_WAIT_MILLIS);
    settings.put(consumer(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), session);
    settings.put(consumer(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), session / 3);
  }

  /** Settings of an admin client: the user's client properties and the overrides that it knows. */
  public static Map<String, Object> admin(ApplicationConfig config) {
    Map<String, Object> properties = new HashMap<>();
    properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ADMIN_TIMEOUT_MILLIS);
    properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, ADMIN_TIMEOUT_MILLIS / 3);
    properties.putAll(client(config, AdminClientConfig.configNames()));
    return properties;
  }

  /** Settings of a consumer outside Kafka Streams, from the same sources. */
  public static Map<String, Object> reader(ApplicationConfig config) {
    return client(config, ConsumerConfig.configNames());
  }

  /** Settings of a producer outside Kafka Streams, from the same sources. */
  public static Map<String, Object> producer(ApplicationConfig config) {
    Map<String, Object> settings = client(config, ProducerConfig.configNames());
    settings.remove(ProducerConfig.TRANSACTIONAL_ID_CONFIG);
    return settings;
  }

  private static Map<String, Object> client(ApplicationConfig config, Set<String> known) {
    Map<String, Object> settings = new HashMap<>(config.clientProperties());
    config
        .kafkaOverrides()
        .forEach(
            (name, value) -> {
              if (known.contains(name)) {
                settings.put(name, value);
              }
            });
    settings.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, config.bootstrapServers());
    return settings;
  }

  private static String consumer(String name) {
    return StreamsConfig.consumerPrefix(name);
  }

  private static String producer(String name) {
    return StreamsConfig.producerPrefix(name);
  }
}
