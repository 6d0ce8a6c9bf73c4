package io.sluice.cli;

import java.io.PrintWriter;

/** What is being done, now and then, for people. Not thread-safe. */
final class ProgressLine {
  private static final long INTERVAL_NANOS = 5_000_000_000L;

  private final PrintWriter err;
  private long next = System.nanoTime();

  ProgressLine(PrintWriter err) {
    this.err = err;
  }

  void show(String message) {
    if (System.nanoTime() - next >= 0) {
      next = System.nanoTime() + INTERVAL_NANOS;
      err.println(message);
    }
  }
}
