package io.sluice.cli;

import java.io.PrintWriter;

/** How far something is, drawn over itself on a terminal; silent elsewhere. Not thread-safe. */
final class ProgressBar {
  private static final long INTERVAL_NANOS = 200_000_000L;
  private static final int WIDTH = 40;

  private final PrintWriter err;
  private final boolean watched;
  private long next = System.nanoTime();

  /** A bar, if stderr is watched. */
  ProgressBar(PrintWriter err) {
    this(err, System.console() != null);
  }

  ProgressBar(PrintWriter err, boolean watched) {
    this.err = err;
    this.watched = watched;
  }

  /** So much of all is done; the bar goes away when it is full. */
  void show(int done, int all) {
    if (!watched || (done < all && System.nanoTime() - next < 0)) {
      return;
    }
    next = System.nanoTime() + INTERVAL_NANOS;
    if (done >= all) {
      err.print("\r" + " ".repeat(WIDTH + 20) + "\r");
    } else {
      err.print("\r" + bar(done, all));
    }
    err.flush();
  }

  static String bar(int done, int all) {
    int full = (int) ((long) WIDTH * done / all);
    return "[" + "#".repeat(full) + ".".repeat(WIDTH - full) + "] " + done + " of " + all;
  }
}
