package io.sluice.pipeline;

import io.sluice.domain.UnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.resource.ResourceType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes sure, at start, that the topics are there, and learns how large their records may be. */
public final class TopicSetup {
  private static final Logger LOG = LoggerFactory.getLogger(TopicSetup.class);
  private static final int HEADROOM_BYTES = 64 << 10;
  private static final Duration METADATA_WAIT = Duration.ofSeconds(30);
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final Admin admin;
  private final ApplicationConfig config;
  private final BrokerRefusals refusals;

  public TopicSetup(Admin admin, ApplicationConfig config) {
    this.admin = admin;
    this.config = config;
    this.refusals = BrokerRefusals.of(config);
  }

  /**
   * Uses topics that exist as they are and creates those that are missing, if asked.
   *
   * @return the largest records that the topics take
   * @throws IllegalStateException if topics are missing, naming all of them and what creates them,
   *     or if the broker refuses the credentials or lacks a grant
   * @throws UnavailableException if the broker does not answer
   */
  public RecordLimits ensure() {
    List<String> wanted = wanted();
    Set<String> missing = missing(wanted);
    if (!missing.isEmpty()) {
      if (!config.createTopics()) {
        throw new IllegalStateException(explanation(missing));
      }
      create(missing);
      awaitMetadata(wanted);
    }
    if (config.controlEvents()
        && config.createTopics()
        && !obtained(List.of(config.topics().control()))) {
      LOG.info("no events are sent: topic {} cannot be created", config.topics().control());
    }
    return limits();
  }

  /**
   * False if upgrades must do without their topics: they are not there and cannot be created, or
   * not all that is needed of them is allowed.
   */
  boolean upgradable() {
    IdleWork work = config.idleWork();
    if (!work.upgrades().enabled() || work.required()) {
      return work.upgrades().enabled();
    }
    List<String> topics = List.of(config.topics().upgrades(), config.topics().revisions());
    return obtained(topics) && allowed(topics);
  }

  /** True if topics are there now; those that are missing are created, if asked. */
  private boolean obtained(List<String> topics) {
    try {
      Set<String> missing = missing(topics);
      if (!missing.isEmpty() && config.createTopics()) {
        create(missing);
        awaitMetadata(topics);
        return true;
      }
      return missing.isEmpty();
    } catch (IllegalStateException e) {
      LOG.debug("not allowed, and not needed", e);
      return false;
    }
  }

  private boolean allowed(List<String> topics) {
    BrokerRefusals needed =
        new BrokerRefusals(
            StreamsSettings.admin(config),
            Access.toUpgrade(config.topics(), config.applicationId(), false));
    Map<String, KafkaFuture<TopicDescription>> answers =
        admin
            .describeTopics(topics, new DescribeTopicsOptions().includeAuthorizedOperations(true))
            .topicNameValues();
    return answers.entrySet().stream()
        .allMatch(
            topic ->
                needed
                    .lacking(
                        ResourceType.TOPIC,
                        topic.getKey(),
                        get(topic.getValue()).authorizedOperations())
                    .isEmpty());
  }

  private List<String> wanted() {
    TopicNames topics = config.topics();
    List<String> wanted =
        new ArrayList<>(List.of(topics.requests(), topics.results(), topics.deadLetters()));
    if (config.idleWork().upgrades().enabled()) {
      wanted.add(topics.upgrades());
      wanted.add(topics.revisions());
    }
    return wanted;
  }

  private Set<String> missing(List<String> wanted) {
    Set<String> missing = new TreeSet<>(wanted);
    for (Map.Entry<String, ?> topic : admin.describeTopics(wanted).topicNameValues().entrySet()) {
      if (exists((KafkaFuture<?>) topic.getValue())) {
        missing.remove(topic.getKey());
      }
    }
    return missing;
  }

  private boolean exists(KafkaFuture<?> description) {
    try {
      get(description);
      return true;
    } catch (UnknownTopicOrPartitionException e) {
      return false;
    }
  }

  private void create(Set<String> topics) {
    Optional<Short> replicas =
        config.replicationFactor() > 0 ? Optional.of(config.replicationFactor()) : Optional.empty();
    List<NewTopic> created = new ArrayList<>();
    for (String topic : topics) {
      created.add(
          new NewTopic(topic, Optional.of(config.partitions()), replicas)
              .configs(
                  Map.of(
                      TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                      Integer.toString(maxMessageBytes(topic)))));
    }
    for (KafkaFuture<Void> result : admin.createTopics(created).values().values()) {
      try {
        get(result);
      } catch (TopicExistsException e) {
        // another instance was faster
      }
    }
  }

  private void awaitMetadata(List<String> wanted) {
    long end = System.nanoTime() + METADATA_WAIT.toNanos();
    Set<String> missing = missing(wanted);
    while (!missing.isEmpty()) {
      if (System.nanoTime() - end > 0) {
        throw new UnavailableException("topics were created but do not show up: " + missing);
      }
      LockSupport.parkNanos(PAUSE_NANOS);
      missing = missing(wanted);
    }
  }

  /**
   * Requests are kept smaller, so that each fits into changelog and dead letters with its headers.
   */
  private int maxMessageBytes(String topic) {
    int max = config.maxRecordBytes();
    return topic.equals(config.topics().requests()) ? max - Math.min(HEADROOM_BYTES, max / 8) : max;
  }

  private RecordLimits limits() {
    TopicNames topics = config.topics();
    boolean upgrades = config.idleWork().upgrades().enabled();
    List<String> limited = new ArrayList<>(List.of(topics.results(), topics.deadLetters()));
    if (upgrades) {
      limited.addAll(List.of(topics.upgrades(), topics.revisions()));
    }
    Map<ConfigResource, Config> configs =
        get(admin.describeConfigs(limited.stream().map(TopicSetup::resource).toList()).all());
    int sent = Math.min(config.maxRecordBytes(), StreamsSettings.maxRequestBytes(config));
    return new RecordLimits(
        sent,
        Math.min(sent, limit(configs, topics.results())),
        Math.min(sent, limit(configs, topics.deadLetters())),
        upgrades ? Math.min(sent, limit(configs, topics.upgrades())) : 0,
        upgrades ? Math.min(sent, limit(configs, topics.revisions())) : 0);
  }

  private static ConfigResource resource(String topic) {
    return new ConfigResource(ConfigResource.Type.TOPIC, topic);
  }

  private static int limit(Map<ConfigResource, Config> configs, String topic) {
    String bytes = configs.get(resource(topic)).get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG).value();
    return Integer.parseInt(bytes);
  }

  private String explanation(Set<String> missing) {
    StringBuilder text = new StringBuilder("missing topics: " + String.join(", ", missing));
    text.append("\nstart with --create-topics, or create them:");
    for (String topic : missing) {
      text.append(
          "\n  kafka-topics.sh --bootstrap-server %s --create --topic %s --partitions %d --config %s=%d"
              .formatted(
                  config.bootstrapServers(),
                  topic,
                  config.partitions(),
                  TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                  maxMessageBytes(topic)));
    }
    return text.toString();
  }

  private <T> T get(KafkaFuture<T> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException unknown) {
        throw unknown;
      }
      if (e.getCause() instanceof TopicExistsException exists) {
        throw exists;
      }
      Throwable cause = e.getCause();
      Optional<String> refused = refusals.describe(cause);
      if (refused.isPresent()) {
        throw new IllegalStateException(refused.get(), cause);
      }
      throw new UnavailableException(
          "the broker %s does not answer: %s".formatted(config.bootstrapServers(), cause), cause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnavailableException("interrupted while asking the broker", e);
    }
  }
}
