package io.sluice.pipeline;

import io.sluice.dispatch.Dispatcher;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.streams.KafkaStreams;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pauses the stream while the dispatcher is full and nothing gets finished (a registry that is
 * away), because a stream thread must not wait longer than a transaction may last. Called every now
 * and then by one thread.
 */
final class Throttle {
  private static final Logger LOG = LoggerFactory.getLogger(Throttle.class);
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final KafkaStreams streams;
  private final Dispatcher dispatcher;
  private long lastMoved = -1;
  private long lastProgressNanos = System.nanoTime();
  private boolean paused;

  Throttle(KafkaStreams streams, Dispatcher dispatcher) {
    this.streams = streams;
    this.dispatcher = dispatcher;
  }

  void check() {
    long now = System.nanoTime();
    long moved = dispatcher.releasedRecords() + dispatcher.finishedRecords();
    if (moved != lastMoved || !dispatcher.isFull()) {
      lastMoved = moved;
      lastProgressNanos = now;
      if (paused) {
        paused = false;
        streams.resume();
        LOG.info("records are taken again");
      }
    } else if (!paused && now - lastProgressNanos > PATIENCE_NANOS) {
      paused = true;
      streams.pause();
      LOG.warn(
          "{} records wait and none gets finished: no more are taken for now",
          dispatcher.openRecords());
    }
  }
}
