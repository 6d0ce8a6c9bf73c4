package io.sluice.testing;

import io.sluice.dispatch.DispatchClock;
import java.time.Duration;

/** A clock that stands still until it is told to go on. */
public final class ManualClock implements DispatchClock {
  private volatile long nanos = 1_000_000_000_000L;
  private volatile long millis = 1_700_000_000_000L;

  @Override
  public long nanos() {
    return nanos;
  }

  @Override
  public long millis() {
    return millis;
  }

  public void advance(Duration duration) {
    nanos += duration.toNanos();
    millis += duration.toMillis();
  }
}
