package io.sluice.cli;

import java.io.PrintWriter;

/** A line now and then on a terminal; silent where stderr is not watched. Not thread-safe. */
final class Progress {
  private static final long INTERVAL_NANOS = 2_000_000_000L;

  private final PrintWriter err;
  private final String verb;
  private final boolean watched;
  private long next;

  Progress(PrintWriter err, String verb) {
    this.err = err;
    this.verb = verb;
    this.watched = System.console() != null;
    this.next = System.nanoTime() + INTERVAL_NANOS;
  }

  void at(long count) {
    if (watched && System.nanoTime() - next > 0) {
      next = System.nanoTime() + INTERVAL_NANOS;
      err.println(verb + " " + count);
    }
  }
}
