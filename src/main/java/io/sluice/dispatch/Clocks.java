package io.sluice.dispatch;

import io.sluice.domain.Latency;

/**
 * Where the time of a row went so far.
 *
 * @param queueMillis from the record's timestamp to admission, milliseconds
 * @param admittedNanos when it was admitted, on the monotonic clock
 * @param batchWaitNanos from admission to the first batch, less tokenising
 * @param encodeNanos tokenising and encoding
 * @param decodeNanos decoding
 */
public record Clocks(
    double queueMillis,
    long admittedNanos,
    long batchWaitNanos,
    long encodeNanos,
    long decodeNanos) {
  private static final double NANOS_PER_MILLI = 1e6;

  /**
   * The annotation of the result.
   *
   * @param sentNanos when it is sent, on the monotonic clock
   */
  public Latency latency(long sentNanos) {
    double sinceAdmission = Math.max(0, sentNanos - admittedNanos) / NANOS_PER_MILLI;
    return new Latency(
        queueMillis,
        batchWaitNanos / NANOS_PER_MILLI,
        encodeNanos / NANOS_PER_MILLI,
        decodeNanos / NANOS_PER_MILLI,
        queueMillis + sinceAdmission);
  }
}
