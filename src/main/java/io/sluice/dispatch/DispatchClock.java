package io.sluice.dispatch;

/** The time, injected so that tests can set it. Thread-safe. */
public interface DispatchClock {
  /** The system's clocks. */
  DispatchClock SYSTEM =
      new DispatchClock() {
        @Override
        public long nanos() {
          return System.nanoTime();
        }

        @Override
        public long millis() {
          return System.currentTimeMillis();
        }
      };

  /** Monotonic, nanoseconds since an arbitrary moment. */
  long nanos();

  /** Wall clock, milliseconds since the epoch. */
  long millis();
}
