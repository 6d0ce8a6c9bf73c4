package io.sluice.pipeline;

import io.sluice.metrics.Meters;
import io.sluice.metrics.SluiceMeter;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the lag again and again and shows it for the partitions of this instance, so that the sum
 * over all instances is the application's lag. A reading that fails is counted; the last values
 * stay, and their age grows. Never disturbs the translation.
 */
public final class LagMonitor implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LagMonitor.class);
  private static final Duration EVERY = Duration.ofSeconds(2);
  private static final Duration CLOSE = Duration.ofSeconds(1);
  private static final double NANOS_PER_SECOND = 1e9;

  private final Supplier<Map<Integer, Long>> unread;
  private final Supplier<Set<Integer>> owned;
  private final Meters meters;
  private final LongSupplier nanos;
  private final AutoCloseable resources;
  private final Map<Integer, Long> shown = new ConcurrentHashMap<>();
  private final ScheduledExecutorService timer = DaemonThreads.timer("sluice-lag");
  private volatile long readNanos;
  private boolean failing;
  private boolean read;

  /**
   * A monitor that is not started.
   *
   * @param unread records not yet read by partition, asked by one thread; may throw
   * @param owned partitions of this instance
   * @param nanos a clock, nanoseconds
   * @param resources closed with this
   */
  LagMonitor(
      Supplier<Map<Integer, Long>> unread,
      Supplier<Set<Integer>> owned,
      Meters meters,
      LongSupplier nanos,
      AutoCloseable resources) {
    this.unread = unread;
    this.owned = owned;
    this.meters = meters;
    this.nanos = nanos;
    this.resources = resources;
  }

  /** Begins to read the lag of an application with clients of its own. */
  public static LagMonitor start(
      ApplicationConfig config, TranslationApplication application, Meters meters) {
    Admin admin = KafkaClients.admin(StreamsSettings.admin(config));
    LagReader reader = new LagReader(admin, config);
    LagMonitor monitor =
        new LagMonitor(
            reader::unread,
            application::partitions,
            meters,
            System::nanoTime,
            () -> {
              reader.close();
              admin.close(CLOSE);
            });
    var unused =
        monitor.timer.scheduleWithFixedDelay(
            monitor::read, 0, EVERY.toMillis(), TimeUnit.MILLISECONDS);
    return monitor;
  }

  /** Reads once. */
  void read() {
    try {
      show(unread.get(), owned.get());
      if (failing) {
        LOG.info("the lag can be read again");
      }
      failing = false;
    } catch (RuntimeException e) {
      if (timer.isShutdown()) {
        return;
      }
      meters.add(SluiceMeter.SENSOR_FAILURES, 1);
      if (!failing) {
        LOG.warn("the lag cannot be read now, the last value stays: {}", e.getMessage());
      }
      failing = true;
    }
  }

  private void show(Map<Integer, Long> lag, Set<Integer> partitions) {
    readNanos = nanos.getAsLong();
    if (!read) {
      read = true;
      meters.gauge(SluiceMeter.LAG_AGE, () -> (nanos.getAsLong() - readNanos) / NANOS_PER_SECOND);
    }
    for (int gone : new HashSet<>(shown.keySet())) {
      if (!partitions.contains(gone) || !lag.containsKey(gone)) {
        meters.forget(SluiceMeter.LAG, Integer.toString(gone));
        shown.remove(gone);
      }
    }
    for (int partition : partitions) {
      Long records = lag.get(partition);
      if (records != null && shown.put(partition, records) == null) {
        meters.gauge(
            SluiceMeter.LAG, () -> shown.getOrDefault(partition, 0L), Integer.toString(partition));
      }
    }
  }

  /** Ends reading; waits a few seconds at most. */
  @Override
  public void close() {
    timer.shutdownNow();
    try {
      if (!timer.awaitTermination(CLOSE.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.debug("the lag is still being read");
      }
      resources.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      LOG.debug("closing failed", e);
    }
  }
}
