package io.sluice.pipeline;

import io.sluice.domain.UnavailableException;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.streams.KafkaStreams;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finishes what is pending and takes nothing new. The changelog says when nothing is pending any
 * more, whichever instance has finished it.
 */
public final class Drain {
  private static final Logger LOG = LoggerFactory.getLogger(Drain.class);
  private static final Duration LOOK_EVERY = Duration.ofMillis(250);
  private static final Duration READ_LIMIT = Duration.ofSeconds(60);
  private static final long SAY_EVERY_NANOS = Duration.ofSeconds(10).toNanos();

  private final ApplicationConfig config;
  private final LongConsumer progress;

  /**
   * For one application id.
   *
   * @param progress told the number of changelog records read, now and then
   */
  public Drain(ApplicationConfig config, LongConsumer progress) {
    this.config = config;
    this.progress = progress;
  }

  /**
   * What came of it.
   *
   * @param finished records that were pending and have an outcome now
   * @param left what is still pending, for people; empty if nothing is
   */
  public record Report(long finished, String left) {}

  /**
   * What is pending now.
   *
   * @throws IllegalStateException if there is no requests topic
   * @throws UnavailableException if the broker does not answer
   */
  public PendingStore look() {
    try (Admin admin = KafkaClients.admin(StreamsSettings.admin(config))) {
      return new PendingStores(admin, StreamsSettings.reader(config), progress)
          .inspect(config.applicationId(), config.topics().requests());
    }
  }

  /**
   * Waits until nothing is pending and closes the application, which {@link
   * TranslationApplication#startDrain} has started so that it takes nothing. Ends early if the
   * application fails or is closed, or if it has nothing of what is left: another instance has it.
   *
   * @param before what {@link #look} saw
   */
  public Report finish(TranslationApplication application, PendingStore before)
      throws InterruptedException {
    try (PendingChangelog changelog =
        new PendingChangelog(StreamsSettings.reader(config), before.changelogTopic(), progress)) {
      awaitNothing(application, changelog);
    }
    application.close();
    PendingStore after = look();
    return new Report(
        before.pending() - after.pending(), after.pending() == 0 ? "" : after.pendingText());
  }

  private void awaitNothing(TranslationApplication application, PendingChangelog changelog)
      throws InterruptedException {
    Duration patience = config.sessionTimeout().multipliedBy(2);
    long idleSince = System.nanoTime();
    long saidAt = idleSince;
    while (application.await(LOOK_EVERY).isEmpty()) {
      OptionalLong pending = pending(changelog);
      long now = System.nanoTime();
      if (pending.equals(OptionalLong.of(0))) {
        return;
      }
      if (application.state() != KafkaStreams.State.RUNNING || application.pendingRecords() > 0) {
        idleSince = now;
      } else if (now - idleSince > patience.toNanos()) {
        return;
      }
      if (pending.isPresent() && now - saidAt > SAY_EVERY_NANOS) {
        LOG.info(
            "{} records are pending, {} of them here",
            pending.getAsLong(),
            application.pendingRecords());
        saidAt = now;
      }
    }
  }

  /** Empty if the broker does not answer now. */
  private static OptionalLong pending(PendingChangelog changelog) {
    try {
      return OptionalLong.of(
          changelog.read(READ_LIMIT).values().stream().mapToLong(PendingRows::count).sum());
    } catch (UnavailableException e) {
      LOG.warn("the changelog cannot be read now: {}", e.getMessage());
      return OptionalLong.empty();
    }
  }
}
