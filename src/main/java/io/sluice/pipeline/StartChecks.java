package io.sluice.pipeline;

import io.sluice.domain.UnavailableException;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What must be so before the first record is taken: topics are there, and the changelog of the
 * pending store fits the requests topic.
 */
final class StartChecks {
  private static final Logger LOG = LoggerFactory.getLogger(StartChecks.class);
  private static final LongConsumer SILENT = records -> {};

  private ApplicationConfig config;

  StartChecks(ApplicationConfig config) {
    this.config = config;
  }

  /**
   * Checks, creates and grows what may be created.
   *
   * @param drain true if nothing new will be taken
   * @throws IllegalStateException if something is not as it must be; says what to do
   * @throws UnavailableException if the broker does not answer
   */
  RecordLimits ensure(boolean drain) {
    try (Admin admin = KafkaClients.admin(StreamsSettings.admin(config))) {
      if (config.idleWork().upgrades().enabled() && !new TopicSetup(admin, config).upgradable()) {
        LOG.info(
            "degraded results are not translated again: topics {} and {} are not there or lack a"
                + " grant; --create-topics creates them, --upgrades on says what is missing",
            config.topics().upgrades(),
            config.topics().revisions());
        config = config.toBuilder().idleWork(config.idleWork().withoutUpgrades()).build();
      }
      RecordLimits limits = new TopicSetup(admin, config).ensure();
      ensureFit(stores(admin), drain);
      return limits;
    } catch (KafkaException | UnavailableException e) {
      throw BrokerRefusals.of(config)
          .describe(e)
          .<RuntimeException>map(text -> new IllegalStateException(text, e))
          .orElse(e);
    }
  }

  /** The settings that hold: upgrades are left out where their topics are not there. */
  ApplicationConfig settled() {
    return config;
  }

  private PendingStores stores(Admin admin) {
    return new PendingStores(admin, StreamsSettings.reader(config), SILENT);
  }

  private void ensureFit(PendingStores stores, boolean drain) {
    PendingStore store = stores.glance(config.applicationId(), config.topics().requests());
    switch (store.fit()) {
      case FITS -> LOG.debug("{}", store.detail());
      case NEW -> warnOfAbandoned(stores);
      case REQUESTS_GREW -> growOrRefuse(stores, store);
      case REQUESTS_MADE_AGAIN -> {
        if (!drain) {
          throw refusal(store);
        }
        LOG.warn("{}", store.detail());
      }
      case REQUESTS_SHRANK -> throw refusal(store);
    }
  }

  private void growOrRefuse(PendingStores stores, PendingStore store) {
    if (!config.createTopics()) {
      throw refusal(store);
    }
    LOG.warn(
        "partitions were added: {}; {} grows to {}. Keys move between partitions: later requests"
            + " of a key can overtake its pending ones",
        store.detail(),
        store.changelogTopic(),
        store.requestsPartitions());
    stores.grow(store);
  }

  private IllegalStateException refusal(PendingStore store) {
    return new IllegalStateException(
        store.detail() + "\n" + store.remedy(config.bootstrapServers()));
  }

  /** A new application id starts with an empty store; say so if an older one was left full. */
  private void warnOfAbandoned(PendingStores stores) {
    try {
      for (PendingStore other :
          stores.abandoned(config.applicationId(), config.topics().requests())) {
        LOG.warn(
            "application id {} is new, but {} has {} and no instance; to finish them:"
                + " ./sluice run --drain --application-id {}",
            config.applicationId(),
            other.changelogTopic(),
            other.pendingText(),
            other.applicationId());
      }
    } catch (UnavailableException e) {
      LOG.debug("other application ids may not be looked at", e);
    }
  }

  /**
   * While the application runs: partitions were added to the requests topic.
   *
   * @return true if the changelog has as many now
   */
  boolean growChangelog() {
    try (Admin admin = KafkaClients.admin(StreamsSettings.admin(config))) {
      ensureFit(stores(admin), false);
      return true;
    } catch (IllegalStateException | UnavailableException e) {
      LOG.error("{}", e.getMessage());
      return false;
    }
  }
}
