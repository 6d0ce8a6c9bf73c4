package io.sluice.pipeline;

import io.sluice.control.PartitionLoad;
import io.sluice.control.PendingLoad;
import io.sluice.domain.UnavailableException;
import io.sluice.metrics.Meters;
import io.sluice.metrics.SluiceMeter;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the load of one instance again and again, on a thread of its own: never on one that
 * keeps, sends or translates. Whatever fails is counted and does not stop it. One thread calls
 * {@link #look}; everything else is thread-safe.
 */
public final class LoadSensor implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LoadSensor.class);

  /** Between two looks of an application. */
  public static final Duration INTERVAL = Duration.ofMillis(200);

  private static final long CLOSE_SECONDS = 2;

  private final OffsetSource offsets;
  private final Supplier<Set<Integer>> owned;
  private final Supplier<PendingLoad> pending;
  private final List<LoadListener> listeners;
  private final LongSupplier nanos;
  private final Meters meters;
  private final AtomicBoolean rebalanced = new AtomicBoolean();
  private final ScheduledExecutorService thread = DaemonThreads.timer("sluice-sensor");
  private Set<Integer> before = Set.of();
  private boolean failing;
  private volatile LoadReading latest;

  /**
   * A sensor that is not started.
   *
   * @param owned partitions of the requests topic that this instance owns now
   * @param nanos monotonic clock
   */
  LoadSensor(
      OffsetSource offsets,
      Supplier<Set<Integer>> owned,
      Supplier<PendingLoad> pending,
      List<LoadListener> listeners,
      LongSupplier nanos,
      Meters meters) {
    this.offsets = offsets;
    this.owned = owned;
    this.pending = pending;
    this.listeners = List.copyOf(listeners);
    this.nanos = nanos;
    this.meters = meters;
    this.latest = new LoadReading(nanos.getAsLong(), List.of(), PendingLoad.none(), true, true);
  }

  /** Looks at once and then after each interval. */
  void start(Duration interval) {
    var unused =
        thread.scheduleWithFixedDelay(this::look, 0, interval.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Partitions come or go: the next look is frozen. */
  void rebalanced() {
    rebalanced.set(true);
  }

  /** The last look; stale and frozen before the first. */
  public LoadReading latest() {
    return latest;
  }

  /** Looks once; never throws. */
  void look() {
    long now = nanos.getAsLong();
    boolean frozen = rebalanced.getAndSet(false);
    try {
      Set<Integer> partitions = new TreeSet<>(owned.get());
      frozen |= !partitions.equals(before);
      if (frozen) {
        tell(each -> each.rebalanced(now));
      }
      List<PartitionLoad> committed = offsets.loads(partitions);
      PendingLoad held = pending.get();
      List<PartitionLoad> loads = committed.stream().map(held::read).toList();
      before = partitions;
      latest = new LoadReading(now, loads, held, false, frozen);
      tell(each -> each.sampled(now, loads, held));
      failing = false;
    } catch (RuntimeException e) {
      fail(now, frozen, e);
    }
  }

  /**
   * The last values stay; a rebalance that this look should have shown is shown by the next one.
   */
  private void fail(long now, boolean frozen, RuntimeException cause) {
    if (frozen) {
      rebalanced.set(true);
    }
    if (thread.isShutdown()) {
      return;
    }
    meters.add(SluiceMeter.SENSOR_FAILURES, 1);
    if (failing) {
      LOG.debug("the lag is still not known", cause);
    } else if (cause instanceof UnavailableException) {
      LOG.warn("the lag is not known now, the last value stays: {}", cause.getMessage());
    } else {
      LOG.warn("the lag is not known now, the last value stays", cause);
    }
    failing = true;
    latest = latest.asStale();
    tell(each -> each.stale(now));
  }

  /** One that fails keeps nothing from the others. */
  private void tell(Consumer<LoadListener> news) {
    for (LoadListener each : listeners) {
      try {
        news.accept(each);
      } catch (RuntimeException e) {
        meters.add(SluiceMeter.SENSOR_FAILURES, 1);
        LOG.warn("a listener of the sensor failed", e);
      }
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
    try {
      if (!thread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        LOG.debug("the sensor still waits for the broker");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
