package io.sluice.watch;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** The snapshots of a window of time. One thread. */
public final class History {
  private final long windowNanos;
  private final Deque<Snapshot> snapshots = new ArrayDeque<>();

  /**
   * Without snapshots.
   *
   * @param window how far back figures look; at least the previous snapshot is kept
   */
  public History(Duration window) {
    this.windowNanos = window.toNanos();
  }

  /** Takes the newest snapshot and returns the figures from the window's begin until it. */
  public Figures add(Snapshot now) {
    while (snapshots.size() > 1 && now.nanos() - snapshots.getFirst().nanos() > windowNanos) {
      snapshots.removeFirst();
    }
    Figures figures = Figures.of(Optional.ofNullable(snapshots.peekFirst()), now);
    snapshots.addLast(now);
    return figures;
  }
}
