package io.sluice.pipeline;

import io.sluice.dispatch.RowOutcome;
import io.sluice.domain.RawRecord;
import java.util.List;

/** What leaves a task for a row that came to it. Called by stream threads, never blocks. */
interface RowWriter {
  /**
   * A row came to the task.
   *
   * @param restored true: out of the store, not out of the topic
   */
  default void taken(boolean restored) {}

  /** True if the changelog of the store can take the row. */
  boolean canKeep(byte[] encodedRow);

  /** What to send for a row that cannot be kept; called once for each. */
  List<Outgoing> tooLargeToKeep(RawRecord source);

  /** What to send for an outcome; called once for each, in the transaction that sends it. */
  List<Outgoing> write(RawRecord source, RowOutcome outcome);
}
