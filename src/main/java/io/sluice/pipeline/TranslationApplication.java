package io.sluice.pipeline;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.sluice.codec.RegistryClients;
import io.sluice.codec.RegistryRefusals;
import io.sluice.codec.RequestDecoder;
import io.sluice.codec.ResultEncoder;
import io.sluice.codec.SchemaSetup;
import io.sluice.codec.SchemaSource;
import io.sluice.control.BudgetSource;
import io.sluice.dispatch.DispatchClock;
import io.sluice.dispatch.Dispatcher;
import io.sluice.domain.PreparedText;
import io.sluice.engine.Translator;
import io.sluice.metrics.Meters;
import io.sluice.metrics.SluiceMeter;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The whole application of one instance: checks registry, topics and schemas, then translates until
 * it is closed. Thread-safe. The translator must be warm; it is not closed here.
 */
public final class TranslationApplication implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TranslationApplication.class);
  private static final Duration DRAIN = Duration.ofSeconds(8);
  private static final Duration SEND_REST = Duration.ofSeconds(2);
  private static final Duration STREAMS_CLOSE = Duration.ofSeconds(15);
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private final ApplicationConfig config;
  private final Translator translator;
  private final BudgetSource budgets;
  private final Meters meters;
  private final List<LoadListener> listeners;
  private final Optional<ControlEvents> events;
  private final CountDownLatch ended = new CountDownLatch(1);
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final ExecutorService asking =
      Executors.newSingleThreadExecutor(body -> daemon(body, "sluice-registry"));
  private volatile SchemaRegistryClient registry;
  private volatile Dispatcher dispatcher;
  private volatile KafkaStreams streams;
  private volatile SideWork sideWork;
  private volatile boolean failed;
  private volatile boolean draining;
  private volatile boolean closing;

  /** An application at full quality that measures nothing. */
  public TranslationApplication(ApplicationConfig config, Translator translator) {
    this(config, translator, BudgetSource.all(), Meters.NOOP);
  }

  public TranslationApplication(
      ApplicationConfig config, Translator translator, BudgetSource budgets, Meters meters) {
    this(
        config,
        translator,
        budgets,
        meters,
        List.of(),
        config.controlEvents() ? Optional.of(new ControlEvents(config, meters)) : Optional.empty());
  }

  /**
   * An application whose budgets depend on its load.
   *
   * @param listeners told of the load again and again, see {@link ControlLoop}
   * @param events closed with this
   */
  public TranslationApplication(
      ApplicationConfig config,
      Translator translator,
      BudgetSource budgets,
      Meters meters,
      List<LoadListener> listeners,
      Optional<ControlEvents> events) {
    this.config = config;
    this.translator = translator;
    this.budgets = budgets;
    this.meters = meters;
    this.listeners = List.copyOf(listeners);
    this.events = events;
  }

  /**
   * Checks the world and starts. Returns before partitions are assigned, see {@link #state}.
   *
   * @throws IllegalStateException if topics or schemas are not as they must be, or if broker or
   *     registry refuse something; says what to do
   * @throws io.sluice.domain.UnavailableException if broker or registry do not answer
   */
  public void start() {
    start(false);
  }

  /**
   * The same, but takes no record of the requests topic: finishes what is pending in the partitions
   * that this instance gets. See {@link Drain}.
   */
  public void startDrain() {
    start(true);
  }

  private void start(boolean drain) {
    draining = drain;
    registry = RegistryClients.create(config.schemaRegistryUrl(), config.clientProperties());
    RegistryRefusals refusals =
        new RegistryRefusals(config.schemaRegistryUrl(), config.clientProperties());
    SchemaSetup setup = new SchemaSetup(registry, config.registerSchemas(), refusals);
    SchemaSetup.SchemaIds ids = setup.ensure(config.topics().requests(), config.topics().results());
    StartChecks checks = new StartChecks(config);
    RecordLimits limits = checks.ensure(drain);
    sideWork = new SideWork(checks.settled(), translator, meters, events);
    sideWork.ensureSchemas(setup);
    SchemaSource schemas =
        new SchemaSource(registry, config.schemaGrace(), System::nanoTime, asking, refusals);
    dispatcher = newDispatcher(schemas);
    sideWork.prepare(limits, dispatcher);
    OutcomeWriter writer =
        new OutcomeWriter(
            new ResultEncoder(ids.result()),
            translator.assemble(PreparedText.bypass(""), List.of()),
            limits,
            DispatchClock.SYSTEM,
            meters,
            sideWork.debts(),
            sideWork::sent);
    TranslationTopology topology =
        new TranslationTopology(
            config.topics(), config.maxRecordBytes(), sideWork.upgrading(), dispatcher, writer);
    streams = KafkaClients.streams(topology.get(), config, drain ? () -> true : dispatcher::isFull);
    streams.setUncaughtExceptionHandler(
        new FailurePolicy(cause -> failure.compareAndSet(null, cause), checks::growChangelog));
    streams.setStateListener((now, before) -> stateChanged(now));
    meters.gauge(SluiceMeter.READY, () -> isReady() ? 1 : 0);
    dispatcher.start();
    streams.start();
    if (!drain) {
      sideWork.start(streams, dispatcher, schemas, listeners);
    }
  }

  private static Thread daemon(Runnable body, String name) {
    Thread thread = new Thread(body, name);
    thread.setDaemon(true);
    return thread;
  }

  private Dispatcher newDispatcher(SchemaSource schemas) {
    RequestDecoder decoder = new RequestDecoder(schemas, config.maxTextBytes());
    return new Dispatcher(
        config.dispatchLimits(),
        config.batchLimits(),
        config.workers(),
        row -> decoder.decode(row.value()),
        translator,
        budgets,
        DispatchClock.SYSTEM,
        meters,
        this::fail);
  }

  private void stateChanged(KafkaStreams.State now) {
    LOG.info("state {}", now);
    if (now == KafkaStreams.State.REBALANCING && sideWork != null) {
      sideWork.rebalanced();
    }
    if (now == KafkaStreams.State.ERROR) {
      failed = true;
    }
    if (now == KafkaStreams.State.ERROR || now == KafkaStreams.State.NOT_RUNNING) {
      ended.countDown();
    }
  }

  private void fail(Throwable cause) {
    LOG.error("this process can translate no more; pending records stay in the store", cause);
    failure.compareAndSet(null, cause);
    failed = true;
    ended.countDown();
  }

  /** Waits until the application has ended by itself or was closed; 0 or 1, the exit status. */
  public int await() throws InterruptedException {
    ended.await();
    return exitStatus();
  }

  /** The same, at most that long; empty if it still runs. */
  public Optional<Integer> await(Duration timeout) throws InterruptedException {
    return ended.await(timeout.toNanos(), TimeUnit.NANOSECONDS)
        ? Optional.of(exitStatus())
        : Optional.empty();
  }

  /** 1 if it ended in an error, otherwise 0. */
  public int exitStatus() {
    return failed ? 1 : 0;
  }

  /** What made it end by itself. */
  public Optional<Throwable> failure() {
    return Optional.ofNullable(failure.get());
  }

  /** What the broker refused and what to do, if that made it end by itself. */
  public Optional<String> refusal() {
    return failure().flatMap(BrokerRefusals.of(config)::describe);
  }

  /** Kafka Streams' state; CREATED before the start. */
  public KafkaStreams.State state() {
    KafkaStreams current = streams;
    return current == null ? KafkaStreams.State.CREATED : current.state();
  }

  /** True while it takes records: Kafka Streams runs, nothing has failed, it is not draining. */
  public boolean isReady() {
    return state() == KafkaStreams.State.RUNNING && !isDraining() && !failed;
  }

  /** True if it finishes what is pending and takes nothing new. */
  public boolean isDraining() {
    return draining || closing;
  }

  /** Partitions of the requests topic that this instance works on now. */
  public Set<Integer> partitions() {
    KafkaStreams current = streams;
    return current == null ? Set.of() : Partitions.owned(current, config.topics().requests());
  }

  /** Records kept and not yet sent by this instance. */
  public int pendingRecords() {
    Dispatcher current = dispatcher;
    return current == null ? 0 : current.openRecords();
  }

  /** Their approximate size, bytes. */
  public long pendingBytes() {
    Dispatcher current = dispatcher;
    return current == null ? 0 : current.openBytes();
  }

  /** The last look at the load; empty before the start and where nobody asks for it. */
  public Optional<LoadReading> load() {
    return Optional.ofNullable(sideWork).flatMap(SideWork::load);
  }

  /** Kafka Streams itself, for lag and thread metadata; empty before the start. */
  public Optional<KafkaStreams> streams() {
    return Optional.ofNullable(streams);
  }

  /** The topology with the configured topic names. */
  public String describe() {
    return TranslationTopology.describe(config.topics());
  }

  /**
   * Lets running batches end, sends what is finished, commits, leaves the group. Takes at most
   * about 25 seconds; what is not finished stays in the store for the next owner.
   */
  @Override
  public void close() {
    synchronized (this) {
      if (closing) {
        return;
      }
      closing = true;
    }
    CompletableFuture<Void> aside = CompletableFuture.runAsync(this::closeSideWork);
    KafkaStreams current = streams;
    if (current != null) {
      if (current.isPaused()) {
        current.resume();
      }
      if (!failed && !dispatcher.drain(DRAIN)) {
        LOG.warn("a batch still runs; its records stay pending");
      }
      if (!failed) {
        sendRest();
      }
      boolean closed =
          current.close(
              CloseOptions.groupMembershipOperation(
                      CloseOptions.GroupMembershipOperation.LEAVE_GROUP)
                  .withTimeout(STREAMS_CLOSE));
      if (!closed) {
        LOG.warn("Kafka Streams did not end within {}", STREAMS_CLOSE);
      }
    }
    if (dispatcher != null) {
      dispatcher.close();
    }
    aside.join();
    closeRegistry();
    ended.countDown();
  }

  /** Stream threads send what is finished every few milliseconds; waits until that is quiet. */
  private void sendRest() {
    long end = System.nanoTime() + SEND_REST.toNanos();
    long released = dispatcher.releasedRecords();
    long quietSince = System.nanoTime();
    while (dispatcher.openRecords() > 0 && System.nanoTime() - end < 0) {
      LockSupport.parkNanos(PAUSE_NANOS);
      long now = dispatcher.releasedRecords();
      if (now != released) {
        released = now;
        quietSince = System.nanoTime();
      } else if (System.nanoTime() - quietSince > QUIET_NANOS) {
        return;
      }
    }
  }

  private void closeSideWork() {
    SideWork aside = sideWork;
    if (aside != null) {
      aside.close();
    }
    events.ifPresent(ControlEvents::close);
  }

  private void closeRegistry() {
    asking.shutdownNow();
    try {
      if (registry != null) {
        registry.close();
      }
    } catch (IOException e) {
      LOG.debug("closing the registry client failed", e);
    }
  }
}
