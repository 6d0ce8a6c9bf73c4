package io.sluice.dispatch;

import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Where finished rows of one task wait for the task's own thread. Any thread may add, one thread
 * takes; once closed, its rows are dropped wherever they are.
 */
public final class TaskOutbox {
  private final ConcurrentLinkedQueue<PendingRow> finished = new ConcurrentLinkedQueue<>();
  private volatile boolean closed;

  void add(PendingRow row) {
    finished.add(row);
  }

  /** The next finished row, in the order in which they were finished. */
  public Optional<PendingRow> poll() {
    return Optional.ofNullable(finished.poll());
  }

  /** The task is gone: its rows belong to whoever restores its store. */
  public void close() {
    closed = true;
    finished.clear();
  }

  /** True once the task is gone. */
  public boolean isClosed() {
    return closed;
  }
}
