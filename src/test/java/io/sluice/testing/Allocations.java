package io.sluice.testing;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Counts what this thread allocates. */
public final class Allocations {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Allocations() {}

  /** Bytes that an action allocates. */
  public static long of(Runnable action) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    action.run();
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }

  /**
   * The same once its code is compiled: until then vectors are objects. Runs it again until it
   * allocates no more than {@code enough}, at most {@code rounds} times.
   *
   * @return the least that was seen
   */
  public static long onceCompiled(Runnable action, long enough, int rounds) {
    long least = Long.MAX_VALUE;
    for (int round = 0; round < rounds && least > enough; round++) {
      least = Math.min(least, of(action));
    }
    return least;
  }
}
