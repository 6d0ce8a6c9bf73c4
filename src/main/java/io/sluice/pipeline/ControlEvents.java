package io.sluice.pipeline;

import io.sluice.avro.ControlCause;
import io.sluice.avro.ControlEvent;
import io.sluice.avro.ControlEventKind;
import io.sluice.control.LevelChange;
import io.sluice.control.LoadSample;
import io.sluice.metrics.Meters;
import io.sluice.metrics.SluiceMeter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the control topic what the controller decides and what the shadow meter measures, on a
 * thread of its own. An event that cannot be sent is counted and forgotten: nobody waits for it.
 * Connects with the first event. Thread-safe.
 */
public final class ControlEvents implements Consumer<LevelChange>, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ControlEvents.class);
  private static final int WAITING = 256;
  private static final Duration CLOSE = Duration.ofSeconds(2);

  private final String instance;
  private final Supplier<EventSink> open;
  private final LongSupplier millis;
  private final Meters meters;
  private final ThreadPoolExecutor thread =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(WAITING),
          DaemonThreads.named("sluice-control-events"));
  private EventSink sink;
  private boolean failing;

  /** For the control topic of an application. */
  public ControlEvents(ApplicationConfig config, Meters meters) {
    this(
        config.applicationId() + "-" + UUID.randomUUID(),
        () -> new ControlTopic(config),
        System::currentTimeMillis,
        meters);
  }

  /**
   * For any sink.
   *
   * @param instance who decides
   * @param open connects; called again after a failure
   * @param millis wall clock
   */
  ControlEvents(String instance, Supplier<EventSink> open, LongSupplier millis, Meters meters) {
    this.instance = instance;
    this.open = open;
    this.millis = millis;
    this.meters = meters;
  }

  @Override
  public void accept(LevelChange change) {
    LoadSample load = change.load();
    submit(
        new ControlEvent(
            instance,
            Instant.ofEpochMilli(millis.getAsLong()),
            ControlEventKind.LEVEL_CHANGED,
            ControlCause.valueOf(change.cause().name()),
            change.from().number(),
            change.to().number(),
            change.to().decoderExperts(),
            Math.round(load.lagRecords()),
            Math.round(load.lagTokens()),
            load.arrivalTokensPerSecond(),
            change.predictedTokensPerSecond(),
            change.measuredTokensPerSecond(),
            null));
  }

  /** A degraded result was compared with its full-quality text. */
  void measured(ShadowMeasurement measurement) {
    List<Integer> experts = measurement.routing().expertsPerLayer();
    submit(
        new ControlEvent(
            instance,
            Instant.ofEpochMilli(millis.getAsLong()),
            ControlEventKind.SHADOW_MEASURED,
            ControlCause.valueOf(
                measurement.routing().cause() == io.sluice.domain.BudgetCause.MANUAL
                    ? "MANUAL"
                    : "BACKLOG_GREW"),
            0,
            0,
            experts,
            0L,
            0L,
            0.0,
            0.0,
            0.0,
            measurement.agreement()));
  }

  private void submit(ControlEvent event) {
    try {
      thread.execute(() -> send(event));
    } catch (RejectedExecutionException e) {
      meters.add(SluiceMeter.CONTROL_EVENT_FAILURES, 1);
    }
  }

  private void send(ControlEvent event) {
    try {
      if (sink == null) {
        sink = open.get();
      }
      sink.send(event);
      failing = false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      meters.add(SluiceMeter.CONTROL_EVENT_FAILURES, 1);
      if (!failing) {
        LOG.warn("events of the controller are not sent: {}", e.toString());
      }
      failing = true;
      disconnect();
    }
  }

  private void disconnect() {
    if (sink != null) {
      sink.close();
      sink = null;
    }
  }

  /** Sends what waits, for a moment. */
  @Override
  public void close() {
    try {
      thread.execute(this::disconnect);
    } catch (RejectedExecutionException e) {
      LOG.debug("events wait that are not sent any more");
    }
    thread.shutdown();
    try {
      if (!thread.awaitTermination(CLOSE.toMillis(), TimeUnit.MILLISECONDS)) {
        thread.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
