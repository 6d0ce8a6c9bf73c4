package io.sluice.dispatch;

import io.sluice.domain.RawRecord;
import io.sluice.domain.Request;

/** Turns a record's bytes into a request. Thread-safe; may block for a few seconds. */
@FunctionalInterface
public interface RecordDecoder {
  /**
   * Decodes and validates.
   *
   * @param record with a value that is not null
   * @throws io.sluice.domain.RejectedException if the record is bad
   * @throws io.sluice.domain.UnavailableException if this cannot be known yet: try again later
   */
  Request decode(RawRecord record);
}
