package io.sluice.pipeline;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.streams.errors.MissingSourceTopicException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens when a stream thread dies: a broker that is away is waited for, longer each time;
 * what waiting cannot mend stops the instance, which then ends in ERROR. Nothing is dropped either
 * way: the transaction is aborted. Thread-safe.
 */
final class FailurePolicy implements StreamsUncaughtExceptionHandler {
  private static final Logger LOG = LoggerFactory.getLogger(FailurePolicy.class);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
  private static final Duration QUIET = Duration.ofMinutes(2);
  private static final int MAX_DEFECTS = 5;
  private static final List<Class<? extends Throwable>> FATAL =
      List.of(
          Error.class,
          AuthenticationException.class,
          AuthorizationException.class,
          RecordTooLargeException.class,
          SerializationException.class,
          UnsupportedVersionException.class,
          MissingSourceTopicException.class);

  private final Consumer<Throwable> stopped;
  private final BooleanSupplier growChangelog;
  private int failures;
  private int defects;
  private long lastNanos;

  /**
   * A policy.
   *
   * @param stopped is told what made the instance stop
   * @param growChangelog called when partitions were added to the requests topic; true if the
   *     changelog has as many now and the stream can go on
   */
  FailurePolicy(Consumer<Throwable> stopped, BooleanSupplier growChangelog) {
    this.stopped = stopped;
    this.growChangelog = growChangelog;
  }

  @Override
  public StreamThreadExceptionResponse handle(Throwable failure) {
    boolean partitionsDiffer = partitionsDiffer(failure);
    if (partitionsDiffer && !growChangelog.getAsBoolean()) {
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
    if (!partitionsDiffer && isFatal(failure)) {
      LOG.error("a stream thread failed for good; this instance stops", failure);
      stopped.accept(failure);
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
    long pause = pauseNanos(failure);
    if (pause < 0) {
      LOG.error("stream threads fail again and again; this instance stops", failure);
      stopped.accept(failure);
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
    LOG.warn(
        "a stream thread failed and is replaced in {} ms",
        TimeUnit.NANOSECONDS.toMillis(pause),
        failure);
    LockSupport.parkNanos(pause);
    return StreamThreadExceptionResponse.REPLACE_THREAD;
  }

  private synchronized long pauseNanos(Throwable failure) {
    long now = System.nanoTime();
    if (failures > 0 && now - lastNanos > QUIET.toNanos()) {
      failures = 0;
      defects = 0;
    }
    lastNanos = now;
    if (!causedByKafka(failure) && ++defects > MAX_DEFECTS) {
      return -1;
    }
    long pause = FIRST_PAUSE.toNanos() << Math.min(failures, 5);
    failures++;
    return Math.min(pause, LONGEST_PAUSE.toNanos());
  }

  /** True if the innermost cause comes from Kafka: a broker that is away, a lost partition. */
  private static boolean causedByKafka(Throwable failure) {
    Throwable innermost = failure;
    while (innermost.getCause() != null && innermost.getCause() != innermost) {
      innermost = innermost.getCause();
    }
    return innermost.getClass().getName().startsWith("org.apache.kafka.common.errors.");
  }

  /**
   * True if Kafka Streams found a changelog with another number of partitions than the requests
   * topic. It has no exception of its own for that, and its advice (the reset tool) would delete
   * what is pending.
   */
  private static boolean partitionsDiffer(Throwable failure) {
    for (Throwable e = failure; e != null; e = e.getCause()) {
      if (e.getMessage() != null && e.getMessage().contains("has invalid partitions")) {
        return true;
      }
    }
    return false;
  }

  private static boolean isFatal(Throwable failure) {
    for (Throwable e = failure; e != null; e = e.getCause()) {
      Throwable current = e;
      if (FATAL.stream().anyMatch(type -> type.isInstance(current))) {
        return true;
      }
    }
    return false;
  }
}
