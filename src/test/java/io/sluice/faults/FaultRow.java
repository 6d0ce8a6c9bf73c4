package io.sluice.faults;

import io.sluice.testing.FlowCounts;
import java.time.Duration;

/**
 * One fault and what was seen.
 *
 * @param number place in the report, 1 and up
 * @param fault what goes wrong, a short noun phrase
 * @param done what the test did, with counts and units
 * @param requests records sent to the requests topic that must have an outcome
 * @param outcomes records that a {@code read_committed} reader saw, results and dead letters
 * @param lost requests without an outcome
 * @param doubled outcomes beyond the first of a request
 * @param outOfOrder outcomes that came before that of an earlier request of their key
 * @param recoveryMillis from the end of the fault until the stream went on; null where nothing
 *     stops
 * @param remark anything else that was asserted, with figures; may be empty
 */
public record FaultRow(
    int number,
    String fault,
    String done,
    int requests,
    int outcomes,
    int lost,
    int doubled,
    int outOfOrder,
    Long recoveryMillis,
    String remark) {

  /** A row from the counts of a flow. */
  public static FaultRow of(
      int number, String fault, String done, FlowCounts counts, Duration recovery, String remark) {
    return new FaultRow(
        number,
        fault,
        done,
        counts.requests(),
        counts.outcomes(),
        counts.lost(),
        counts.doubled(),
        counts.outOfOrder(),
        recovery == null ? null : recovery.toMillis(),
        remark);
  }
}
