package io.sluice.pipeline;

import io.sluice.domain.UnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at pending stores from outside, without a consumer group, and grows a changelog. */
public final class PendingStores {
  private static final Logger LOG = LoggerFactory.getLogger(PendingStores.class);
  private static final long TIMEOUT_SECONDS = 20;
  private static final Duration READ_LIMIT = Duration.ofSeconds(60);

  private final Admin admin;
  private final Map<String, Object> clientSettings;
  private final LongConsumer progress;

  /**
   * For one cluster.
   *
   * @param clientSettings Kafka's own, for a consumer, with bootstrap servers and credentials
   * @param progress told the number of changelog records read, now and then
   */
  public PendingStores(Admin admin, Map<String, Object> clientSettings, LongConsumer progress) {
    this.admin = admin;
    this.clientSettings = Map.copyOf(clientSettings);
    this.progress = progress;
  }

  /**
   * Looks at one store and counts what is pending.
   *
   * @throws IllegalStateException if there is no requests topic
   * @throws UnavailableException if the broker does not answer, or refuses
   */
  public PendingStore inspect(String applicationId, String requestsTopic) {
    int requests =
        partitions(requestsTopic)
            .orElseThrow(() -> new IllegalStateException("there is no topic " + requestsTopic));
    return inspect(applicationId, requestsTopic, requests, true);
  }

  /**
   * The same as far as a start needs it: the changelog is read only if something does not fit,
   * because Kafka Streams is going to read it anyway.
   */
  PendingStore glance(String applicationId, String requestsTopic) {
    return inspect(applicationId, requestsTopic, partitions(requestsTopic).orElseThrow(), false);
  }

  private PendingStore inspect(
      String applicationId, String requestsTopic, int requests, boolean readAlways) {
    String changelog = TopicNames.changelog(applicationId);
    OptionalInt partitions = partitions(changelog);
    if (partitions.isEmpty()) {
      return PendingStore.unused(applicationId, requestsTopic, requests);
    }
    Set<Integer> rewound = rewound(applicationId, requestsTopic, requests);
    boolean read = readAlways || requests != partitions.getAsInt() || !rewound.isEmpty();
    return new PendingStore(
        applicationId,
        requestsTopic,
        requests,
        partitions.getAsInt(),
        read ? rows(changelog) : new TreeMap<>(),
        rewound);
  }

  /**
   * Stores of other application ids in which records are pending although no instance runs: what a
   * changed application id leaves behind. Those that may not be looked at are left out.
   */
  public List<PendingStore> abandoned(String applicationId, String requestsTopic) {
    List<PendingStore> abandoned = new ArrayList<>();
    for (String topic : new TreeSet<>(get(admin.listTopics().names()))) {
      String other = topic.substring(0, Math.max(0, topic.length() - suffixLength()));
      if (topic.endsWith(TopicNames.CHANGELOG_SUFFIX) && !other.equals(applicationId)) {
        try {
          SortedMap<Integer, PendingRows> rows = isIdle(other) ? rows(topic) : new TreeMap<>();
          PendingStore store =
              new PendingStore(other, requestsTopic, rows.size(), rows.size(), rows, Set.of());
          if (store.pending() > 0) {
            abandoned.add(store);
          }
        } catch (UnavailableException e) {
          LOG.debug("{} is left out", topic, e);
        }
      }
    }
    return abandoned;
  }

  private static int suffixLength() {
    return TopicNames.CHANGELOG_SUFFIX.length();
  }

  /** Gives the changelog as many partitions as the requests topic has; its rows stay. */
  public void grow(PendingStore store) {
    NewPartitions grown = NewPartitions.increaseTo(store.requestsPartitions());
    get(admin.createPartitions(Map.of(store.changelogTopic(), grown)).all());
  }

  /** True if no instance of an application id is in its group. */
  public boolean isIdle(String applicationId) {
    try {
      GroupState state =
          get(admin.describeConsumerGroups(List.of(applicationId)).all())
              .get(applicationId)
              .groupState();
      return state == GroupState.EMPTY || state == GroupState.DEAD;
    } catch (GroupIdNotFoundException e) {
      return true;
    }
  }

  private SortedMap<Integer, PendingRows> rows(String changelog) {
    try (PendingChangelog reader = new PendingChangelog(clientSettings, changelog, progress)) {
      return reader.read(READ_LIMIT);
    } catch (AuthorizationException e) {
      throw new UnavailableException(changelog + " may not be read: " + e.getMessage(), e);
    }
  }

  /**
   * Partitions without a committed offset (the broker forgets it with the topic), and those that
   * end before it.
   */
  private Set<Integer> rewound(String group, String requestsTopic, int partitions) {
    Map<TopicPartition, OffsetAndMetadata> committed;
    try {
      committed = get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
    } catch (GroupIdNotFoundException e) {
      committed = Map.of();
    }
    Set<Integer> rewound = new TreeSet<>();
    Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
    for (int i = 0; i < partitions; i++) {
      TopicPartition partition = new TopicPartition(requestsTopic, i);
      if (committed.get(partition) == null) {
        rewound.add(i);
      } else {
        latest.put(partition, OffsetSpec.latest());
      }
    }
    for (var end : get(admin.listOffsets(latest).all()).entrySet()) {
      if (committed.get(end.getKey()).offset() > end.getValue().offset()) {
        rewound.add(end.getKey().partition());
      }
    }
    return rewound;
  }

  private OptionalInt partitions(String topic) {
    try {
      return OptionalInt.of(
          get(admin.describeTopics(List.of(topic)).allTopicNames()).get(topic).partitions().size());
    } catch (UnknownTopicOrPartitionException e) {
      return OptionalInt.empty();
    }
  }

  private static <T> T get(KafkaFuture<T> future) {
    try {
      return future.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException unknown) {
        throw unknown;
      }
      if (e.getCause() instanceof GroupIdNotFoundException unknown) {
        throw unknown;
      }
      throw new UnavailableException("the broker refuses: " + e.getCause().getMessage(), e);
    } catch (TimeoutException e) {
      throw new UnavailableException(
          "the broker does not answer within %d s".formatted(TIMEOUT_SECONDS), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnavailableException("interrupted while asking the broker", e);
    }
  }
}
