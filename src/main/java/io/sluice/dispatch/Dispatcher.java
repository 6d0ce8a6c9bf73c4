package io.sluice.dispatch;

import io.sluice.batching.BatchLimits;
import io.sluice.batching.BatchPolicy;
import io.sluice.batching.Urgency;
import io.sluice.control.BudgetSource;
import io.sluice.control.PendingLoad;
import io.sluice.engine.Translator;
import io.sluice.metrics.Meters;
import io.sluice.metrics.SluiceMeter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Takes rows of all tasks, translates them in batches and puts each into the outbox of its task.
 * One per instance of the application. Thread-safe; without {@link #start} nothing moves but by
 * {@link #runPending}.
 */
public final class Dispatcher implements AutoCloseable {
  /** Values above this size are prepared by a thread of their own, bytes. */
  private static final int LARGE_VALUE = 32 << 10;

  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long HELD_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final DispatchLimits limits;
  private final int workers;
  private final DispatchClock clock;
  private final Consumer<Throwable> onFatal;
  private final PreparationLane ordinaryLane;
  private final PreparationLane largeLane;
  private final BatchRunner runner;
  private final BooleanSupplier held;
  private final LoadCounter counter = new LoadCounter();
  private final WaitingLine line;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final AtomicInteger openRecords = new AtomicInteger();
  private final AtomicLong openBytes = new AtomicLong();
  private final AtomicLong releasedRecords = new AtomicLong();
  private final List<Thread> threads = new ArrayList<>();
  private int busy;
  private boolean draining;
  private volatile boolean closed;

  /**
   * A dispatcher that is not started.
   *
   * @param workers threads that translate, at least 1
   * @param onFatal told once when this process can translate no more; the rows stay pending
   */
  public Dispatcher(
      DispatchLimits limits,
      BatchLimits batchLimits,
      int workers,
      RecordDecoder decoder,
      Translator translator,
      BudgetSource budgets,
      DispatchClock clock,
      Meters meters,
      Consumer<Throwable> onFatal) {
    this(
        limits,
        batchLimits,
        workers,
        decoder,
        translator,
        budgets,
        clock,
        meters,
        onFatal,
        () -> false);
  }

  /**
   * The same, for work that must give way to other work.
   *
   * @param held true while no batch may begin: asked before each, under the dispatcher's lock
   */
  public Dispatcher(
      DispatchLimits limits,
      BatchLimits batchLimits,
      int workers,
      RecordDecoder decoder,
      Translator translator,
      BudgetSource budgets,
      DispatchClock clock,
      Meters meters,
      Consumer<Throwable> onFatal,
      BooleanSupplier held) {
    this.limits = limits;
    this.workers = workers;
    this.clock = clock;
    this.onFatal = onFatal;
    this.held = held;
    Preparer preparer = new Preparer(decoder, translator, clock, meters);
    this.ordinaryLane = new PreparationLane(preparer, this::line, clock, limits);
    this.largeLane = new PreparationLane(preparer, this::line, clock, limits);
    this.runner =
        new BatchRunner(translator, batchLimits.maxRows(), budgets, clock, meters, counter);
    this.line =
        new WaitingLine(new BatchPolicy(batchLimits), Urgency.DEFAULT, clock, Dispatcher::expire);
    meters.gauge(SluiceMeter.PENDING, openRecords::get);
    meters.gauge(SluiceMeter.PENDING_BYTES, openBytes::get);
  }

  /** Starts the threads. */
  public void start() {
    launch("prepare", () -> prepare(ordinaryLane));
    launch("prepare-large", () -> prepare(largeLane));
    for (int i = 1; i <= workers; i++) {
      launch("translate-" + i, this::work);
    }
  }

  /** Takes a row; never refuses, see {@link #isFull}. */
  public void submit(PendingRow row) {
    openRecords.incrementAndGet();
    openBytes.addAndGet(row.rawRecord().sizeBytes());
    row.admitted(clock);
    counter.admitted(row);
    byte[] value = row.rawRecord().value();
    (value != null && value.length > LARGE_VALUE ? largeLane : ordinaryLane).add(row);
  }

  /** The row was sent, or its task is gone: its room is free. */
  public void release(PendingRow row) {
    if (row.release()) {
      openRecords.decrementAndGet();
      openBytes.addAndGet(-row.rawRecord().sizeBytes());
      releasedRecords.incrementAndGet();
      counter.released(row);
    }
  }

  /** The task of a partition is gone, and its rows are released. */
  public void leave(int partition) {
    counter.left(partition);
  }

  /** True if no more rows should be handed in for now. */
  public boolean isFull() {
    return openRecords.get() >= limits.maxRecords() || openBytes.get() >= limits.maxBytes();
  }

  /** Rows taken and not released. */
  public int openRecords() {
    return openRecords.get();
  }

  /** Their approximate size, bytes. */
  public long openBytes() {
    return openBytes.get();
  }

  /** Rows released since the start. */
  public long releasedRecords() {
    return releasedRecords.get();
  }

  /** What is held and was done, for the sensor. */
  public PendingLoad load() {
    return counter.load(clock.millis());
  }

  /** The clock that rows are measured with. */
  public DispatchClock clock() {
    return clock;
  }

  /** Begins no further batch and waits for those that run; true if they ended in time. */
  public boolean drain(Duration timeout) {
    long left = timeout.toNanos();
    lock.lock();
    try {
      draining = true;
      changed.signalAll();
      while (busy > 0 && left > 0) {
        left = changed.awaitNanos(left);
      }
      return busy == 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** Stops the threads; a batch that runs may go on for a while, its rows stay pending. */
  @Override
  public void close() {
    closed = true;
    drain(Duration.ZERO);
    threads.forEach(Thread::interrupt);
  }

  /**
   * Prepares what was handed in and translates what is released by now, in the caller's thread.
   *
   * @return batches that ran
   */
  public int runPending() {
    boolean more = true;
    while (more) {
      more = ordinaryLane.stepNow() | largeLane.stepNow();
    }
    int batches = 0;
    lock.lock();
    try {
      while (!draining && !held.getAsBoolean() && line.nanosUntilRelease(busy) == 0) {
        List<Piece> batch = line.take(runner.paddedTokensPerSecond(), workers);
        if (!batch.isEmpty()) {
          runner.run(batch);
          batches++;
        }
      }
    } finally {
      lock.unlock();
    }
    return batches;
  }

  private void line(Text text) {
    counter.prepared(text.row(), text.tokens());
    lock.lock();
    try {
      line.add(text);
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  private static void expire(Text text) {
    if (text.abort()) {
      text.row().finish(new RowOutcome.Expired(text.request(), text.row().clocks(0, 0, 0)));
    }
  }

  private void prepare(PreparationLane lane) throws InterruptedException {
    while (!closed) {
      lane.step(IDLE_NANOS);
    }
  }

  private void work() throws InterruptedException {
    while (!closed) {
      List<Piece> batch = nextBatch();
      try {
        runner.run(batch);
      } finally {
        batchEnded();
      }
    }
  }

  private List<Piece> nextBatch() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (true) {
        long wait = nanosUntilRelease();
        if (wait == 0) {
          List<Piece> batch = line.take(runner.paddedTokensPerSecond(), workers);
          if (!batch.isEmpty()) {
            busy++;
            if (!line.isEmpty()) {
              changed.signal();
            }
            return batch;
          }
        } else {
          long unused = changed.awaitNanos(Math.min(wait, IDLE_NANOS));
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private long nanosUntilRelease() {
    if (draining) {
      return IDLE_NANOS;
    }
    return !line.isEmpty() && held.getAsBoolean() ? HELD_NANOS : line.nanosUntilRelease(busy);
  }

  private void batchEnded() {
    lock.lock();
    try {
      busy--;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private interface Body {
    void run() throws InterruptedException;
  }

  private void launch(String name, Body body) {
    Thread thread =
        new Thread(
            () -> {
              try {
                body.run();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              } catch (Throwable fatal) {
                fail(fatal);
              }
            },
            "sluice-" + name);
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
  }

  private void fail(Throwable fatal) {
    if (!closed) {
      closed = true;
      onFatal.accept(fatal);
    }
  }
}
