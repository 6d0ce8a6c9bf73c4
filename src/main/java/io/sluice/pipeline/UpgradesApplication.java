package io.sluice.pipeline;

import io.sluice.codec.ResultEncoder;
import io.sluice.codec.SchemaSource;
import io.sluice.codec.UpgradeDecoder;
import io.sluice.control.BudgetSource;
import io.sluice.control.PartitionLoad;
import io.sluice.dispatch.DispatchClock;
import io.sluice.dispatch.Dispatcher;
import io.sluice.domain.UnavailableException;
import io.sluice.engine.Translator;
import io.sluice.metrics.Meters;
import io.sluice.metrics.SluiceMeter;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The second application of an instance, which pays back quality: degraded results are translated
 * again at full quality while there is nothing else to do. Paused otherwise; then no batch begins,
 * and what it has taken stays in its store. Its failures never reach the first application.
 * Thread-safe.
 */
final class UpgradesApplication implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(UpgradesApplication.class);
  private static final Duration DRAIN = Duration.ofSeconds(3);
  private static final Duration STREAMS_CLOSE = Duration.ofSeconds(10);

  /** What is owed need not be known as soon as whether there is work. */
  private static final int STEPS_PER_COUNT = 10;

  private final ApplicationConfig config;
  private final BooleanSupplier idle;
  private final Meters meters;
  private final Dispatcher dispatcher;
  private final KafkaStreams streams;
  private volatile long unread;
  private int steps;

  /**
   * An application that is not started.
   *
   * @param config of the first application
   * @param limits of what may be written
   * @param idle true while upgrades may run; asked before each batch and by {@link #step}
   */
  UpgradesApplication(
      ApplicationConfig config,
      Translator translator,
      SchemaSource schemas,
      int revisionSchemaId,
      RecordLimits limits,
      BooleanSupplier idle,
      Meters meters) {
    this.config = config.forUpgrades();
    this.idle = idle;
    this.meters = meters;
    UpgradeDecoder decoder = new UpgradeDecoder(schemas, config.maxTextBytes());
    dispatcher =
        new Dispatcher(
            this.config.dispatchLimits(),
            this.config.batchLimits(),
            this.config.workers(),
            row -> decoder.decode(row.value()).request(),
            translator,
            BudgetSource.all(),
            DispatchClock.SYSTEM,
            Meters.NOOP, // its batches and pending rows are none of the first application's
            cause -> LOG.error("no more upgrades, they stay in the store", cause),
            () -> !idle.getAsBoolean());
    RevisionWriter writer =
        new RevisionWriter(
            new ResultEncoder(revisionSchemaId), limits, DispatchClock.SYSTEM, meters);
    UpgradesTopology topology =
        new UpgradesTopology(config.topics(), config.maxRecordBytes(), dispatcher, writer);
    streams = KafkaClients.streams(topology.get(), this.config, dispatcher::isFull);
    streams.setUncaughtExceptionHandler(new FailurePolicy(this::stopped, () -> false));
  }

  private void stopped(Throwable cause) {
    String said =
        BrokerRefusals.of(config).describe(cause).orElse("degraded results stay as they are");
    LOG.error("no more upgrades by this instance: {}", said, cause);
  }

  /** Joins its group, paused. */
  void start() {
    meters.gauge(SluiceMeter.QUALITY_DEBT, this::owed);
    streams.pause();
    dispatcher.start();
    streams.start();
  }

  /** Upgrades that this instance knows of: not yet read in its partitions, or taken. */
  long owed() {
    return unread + dispatcher.openRecords();
  }

  /** True while it may take upgrades. */
  boolean isPaused() {
    return streams.isPaused();
  }

  /** Pauses or goes on, as there is work or not; now and then, by the sensor's thread. */
  void step(OffsetSource offsets) {
    boolean open = idle.getAsBoolean();
    if (open && streams.isPaused()) {
      streams.resume();
      LOG.debug("nothing else to do: upgrades go on");
    } else if (!open && !streams.isPaused()) {
      streams.pause();
      LOG.debug("there is work: upgrades are paused");
    }
    if (steps++ % STEPS_PER_COUNT == 0) {
      count(offsets);
    }
  }

  private void count(OffsetSource offsets) {
    try {
      unread =
          offsets.loads(Partitions.owned(streams, config.topics().upgrades())).stream()
              .filter(PartitionLoad::fetchable)
              .mapToLong(LoadReading::unread)
              .sum();
    } catch (UnavailableException e) {
      LOG.debug("the quality debt is not known", e);
    }
  }

  /** Lets a batch that runs end, commits and leaves the group; the rest stays in the store. */
  @Override
  public void close() {
    boolean drained = dispatcher.drain(DRAIN);
    if (streams.isPaused()) {
      streams.resume();
    }
    boolean closed =
        streams.close(
            CloseOptions.groupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP)
                .withTimeout(STREAMS_CLOSE));
    if (!drained || !closed) {
      LOG.debug("upgrades did not end in time: drained {}, closed {}", drained, closed);
    }
    dispatcher.close();
  }
}
