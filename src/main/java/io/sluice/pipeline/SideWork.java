package io.sluice.pipeline;

import io.sluice.codec.SchemaSetup;
import io.sluice.codec.SchemaSource;
import io.sluice.codec.UpgradeEncoder;
import io.sluice.dispatch.Dispatcher;
import io.sluice.domain.Request;
import io.sluice.domain.Translation;
import io.sluice.engine.Translator;
import io.sluice.metrics.Meters;
import io.sluice.metrics.SluiceMeter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.streams.KafkaStreams;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an instance does beside translating: it looks at its load, pays back quality and measures
 * what was given up. All of it gives way to fresh work, and none of its failures stops that.
 */
final class SideWork implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SideWork.class);
  private static final long STEP_MILLIS = 200;
  private static final Duration CLOSE = Duration.ofSeconds(1);

  /** The translator may be closed after this: a shadow translation has no other end. */
  private static final Duration LAST_SHADOW = Duration.ofSeconds(4);

  private ApplicationConfig config;
  private final Translator translator;
  private final Meters meters;
  private final Optional<ControlEvents> events;
  private final List<AutoCloseable> open = new ArrayList<>();
  private RecordLimits limits = RecordLimits.of(0);
  private int upgradeSchemaId;
  private int revisionSchemaId;
  private IdleGate gate;
  private ShadowMeter shadow;
  private LagReader owed;
  private volatile LoadSensor sensor;
  private volatile UpgradesApplication upgrades;
  private boolean closed;

  SideWork(
      ApplicationConfig config,
      Translator translator,
      Meters meters,
      Optional<ControlEvents> events) {
    this.config = config;
    this.translator = translator;
    this.meters = meters;
    this.events = events;
  }

  /** True if degraded results are written down and translated again. */
  boolean upgrading() {
    return config.idleWork().upgrades().enabled();
  }

  /**
   * Makes sure that the registry has what upgrades need; where it has not, and upgrades are not
   * required, there are none.
   *
   * @throws IllegalStateException if upgrades are required and the registry lacks or refuses
   *     something
   */
  void ensureSchemas(SchemaSetup setup) {
    if (!upgrading()) {
      return;
    }
    try {
      upgradeSchemaId = setup.ensureUpgrade(config.topics().upgrades());
      revisionSchemaId = setup.ensureRevision(config.topics().revisions());
    } catch (IllegalStateException e) {
      if (config.idleWork().required()) {
        throw e;
      }
      LOG.info("degraded results are not translated again: {}", e.getMessage());
      config = config.toBuilder().idleWork(config.idleWork().withoutUpgrades()).build();
    }
  }

  /** Says how large records may be and who is busy; before anything else but the schemas. */
  void prepare(RecordLimits recordLimits, Dispatcher dispatcher) {
    limits = recordLimits;
    gate =
        new IdleGate(
            config.idleWork().dwell(), System::nanoTime, () -> dispatcher.openRecords() > 0);
    shadow =
        new ShadowMeter(
            translator,
            new ShadowSampling(config.idleWork().shadowShare()),
            gate::isOpen,
            System::nanoTime,
            meters,
            measurement -> events.ifPresent(each -> each.measured(measurement)));
  }

  /** What writes down debts; empty if there are none. */
  Optional<DebtWriter> debts() {
    return upgrading()
        ? Optional.of(
            new DebtWriter(
                new UpgradeEncoder(upgradeSchemaId),
                config.idleWork().upgrades(),
                limits.upgradeBytes(),
                meters))
        : Optional.empty();
  }

  /** A result was sent. */
  void sent(Request request, Translation translation) {
    shadow.sent(request, translation);
  }

  /** Partitions come or go. */
  void rebalanced() {
    LoadSensor current = sensor;
    if (current != null) {
      current.rebalanced();
    }
  }

  /** The last look at the load; empty before the start. */
  Optional<LoadReading> load() {
    return Optional.ofNullable(sensor).map(LoadSensor::latest);
  }

  /** Starts what is asked for, after the streams of the first application; nothing once closed. */
  synchronized void start(
      KafkaStreams streams,
      Dispatcher dispatcher,
      SchemaSource schemas,
      List<LoadListener> listeners) {
    boolean unseen = listeners.isEmpty() && meters == Meters.NOOP;
    if (closed || (config.idleWork().isNone() && unseen)) {
      return;
    }
    Admin admin = KafkaClients.admin(StreamsSettings.admin(config));
    open.add(() -> admin.close(CLOSE));
    LagReader offsets = opened(new LagReader(admin, config));
    List<LoadListener> all = new ArrayList<>(listeners);
    all.add(gate);
    all.add(new LagGauges(meters, System::nanoTime));
    sensor =
        opened(
            new LoadSensor(
                offsets,
                () -> Partitions.owned(streams, config.topics().requests()),
                dispatcher::load,
                all,
                System::nanoTime,
                meters));
    sensor.start(LoadSensor.INTERVAL);
    if (!config.idleWork().isNone()) {
      startIdleWork(admin, schemas);
    }
  }

  private void startIdleWork(Admin admin, SchemaSource schemas) {
    if (upgrading()) {
      owed = opened(new LagReader(admin, config.forUpgrades(), config.topics().upgrades()));
      upgrades =
          new UpgradesApplication(
              config, translator, schemas, revisionSchemaId, limits, gate::isOpen, meters);
      upgrades.start();
    }
    ScheduledExecutorService idle = DaemonThreads.timer("sluice-idle-work");
    open.add(() -> stop(idle));
    var unused =
        idle.scheduleWithFixedDelay(this::step, STEP_MILLIS, STEP_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void step() {
    try {
      if (upgrades != null) {
        upgrades.step(owed);
      }
      boolean more = true;
      while (more) {
        more = shadow.step();
      }
    } catch (RuntimeException e) {
      meters.add(SluiceMeter.SENSOR_FAILURES, 1);
      LOG.warn("work for idle times failed", e);
    }
  }

  private static void stop(ScheduledExecutorService idle) throws InterruptedException {
    idle.shutdownNow();
    if (!idle.awaitTermination(LAST_SHADOW.toMillis(), TimeUnit.MILLISECONDS)) {
      LOG.debug("a shadow translation still runs");
    }
  }

  private <T extends AutoCloseable> T opened(T resource) {
    open.add(resource);
    return resource;
  }

  /** Takes at most about 25 seconds. */
  @Override
  public synchronized void close() {
    closed = true;
    for (int i = open.size() - 1; i >= 0; i--) {
      try {
        open.get(i).close();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (Exception e) {
        LOG.debug("closing failed", e);
      }
    }
    open.clear();
    if (upgrades != null) {
      upgrades.close();
    }
  }
}
