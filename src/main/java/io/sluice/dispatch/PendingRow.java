package io.sluice.dispatch;

import io.sluice.domain.RawRecord;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/** A record that was kept and has no outcome yet, or one that is not yet sent. Thread-safe. */
public final class PendingRow {
  private final RawRecord rawRecord;
  private final TaskOutbox owner;
  private final AtomicReference<RowOutcome> outcome = new AtomicReference<>();
  private final AtomicBoolean released = new AtomicBoolean();
  private volatile long admittedNanos;
  private volatile long admittedMillis;
  private volatile int tokens;
  private volatile boolean begun;

  public PendingRow(RawRecord rawRecord, TaskOutbox owner) {
    this.rawRecord = rawRecord;
    this.owner = owner;
  }

  /** The record as it came. */
  public RawRecord rawRecord() {
    return rawRecord;
  }

  /** What became of it; empty while it is being worked on. */
  public Optional<RowOutcome> outcome() {
    return Optional.ofNullable(outcome.get());
  }

  boolean abandoned() {
    return owner.isClosed();
  }

  void admitted(DispatchClock clock) {
    admittedNanos = clock.nanos();
    admittedMillis = clock.millis();
  }

  /** The clocks of a row that never came to a batch. */
  Clocks clocks(long batchWaitNanos, long encodeNanos, long decodeNanos) {
    double queueMillis = Math.max(0, admittedMillis - rawRecord.timestampMillis());
    return new Clocks(queueMillis, admittedNanos, batchWaitNanos, encodeNanos, decodeNanos);
  }

  long admittedNanos() {
    return admittedNanos;
  }

  /** Its source tokens are known now; 0 before. */
  void prepared(int sourceTokens) {
    tokens = sourceTokens;
  }

  int tokens() {
    return tokens;
  }

  /** A batch has begun with it. */
  void begin() {
    begun = true;
  }

  /** True while no batch has begun with it and it has no outcome. */
  boolean queued() {
    return !begun && outcome.get() == null;
  }

  /** Sets the outcome, once, and hands the row back to its task. */
  void finish(RowOutcome result) {
    if (outcome.compareAndSet(null, result)) {
      owner.add(this);
    }
  }

  /** True the first time it is called. */
  boolean release() {
    return released.compareAndSet(false, true);
  }
}
