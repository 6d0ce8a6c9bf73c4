package io.sluice.metrics;

import java.util.function.DoubleSupplier;

/** Takes measurements. Thread-safe and cheap enough for every record. */
public interface Meters {
  /** Forgets everything. */
  Meters NOOP =
      new Meters() {
        @Override
        public void add(SluiceMeter meter, double amount, String... labelValues) {}

        @Override
        public void record(SluiceMeter meter, double value, String... labelValues) {}

        @Override
        public void gauge(SluiceMeter meter, DoubleSupplier value, String... labelValues) {}

        @Override
        public void forget(SluiceMeter meter, String... labelValues) {}
      };

  /**
   * Adds to a counter.
   *
   * @param amount at least 0
   * @param labelValues one for each label of the meter
   */
  void add(SluiceMeter meter, double amount, String... labelValues);

  /**
   * Adds one observation to a histogram.
   *
   * @param value in the base unit; seconds for durations
   * @param labelValues one for each label of the meter
   */
  void record(SluiceMeter meter, double value, String... labelValues);

  /**
   * Registers where a gauge is read from; a later registration replaces an earlier one.
   *
   * @param value asked at each scrape, by any thread; what it throws makes the value NaN
   * @param labelValues one for each label of the meter
   */
  void gauge(SluiceMeter meter, DoubleSupplier value, String... labelValues);

  /** Takes a gauge away, because its value is not known any more; nothing if there is none. */
  void forget(SluiceMeter meter, String... labelValues);
}
