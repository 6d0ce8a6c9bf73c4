package io.sluice.dispatch;

import io.sluice.domain.Rejection;
import io.sluice.domain.Request;
import io.sluice.domain.Translation;
import java.util.Optional;

/** What became of a row. */
public sealed interface RowOutcome {
  /** Translated or passed through. */
  record Translated(Request request, Translation translation, Clocks clocks)
      implements RowOutcome {}

  /** Its deadline passed before the model began. */
  record Expired(Request request, Clocks clocks) implements RowOutcome {}

  /**
   * For the dead-letter topic.
   *
   * @param rejection why
   * @param cause what was thrown, if anything was
   */
  record Rejected(Rejection rejection, Optional<Throwable> cause) implements RowOutcome {}

  /** A null value, passed on. */
  record Tombstone() implements RowOutcome {}
}
