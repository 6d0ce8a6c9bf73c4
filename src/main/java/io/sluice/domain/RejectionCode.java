package io.sluice.domain;

/** Why a record went to the dead-letter topic. The names are part of the contract. */
public enum RejectionCode {
  /** The bytes are not a TranslationRequest in registry framing. */
  MALFORMED_RECORD,
  /** The registry does not know the schema id, even after the grace period. */
  SCHEMA_UNKNOWN,
  /** A field that is needed is missing or out of its range. */
  MISSING_FIELD,
  /** A language tag is not well-formed, not served, or both are the same. */
  UNSUPPORTED_LANGUAGE,
  /** More text than the configured limit. */
  INPUT_TOO_LONG,
  /** The text is not valid Unicode. */
  INVALID_TEXT,
  /** The model returned a number that is not finite. */
  NUMERIC_ERROR,
  /** The record or its outcome would not fit into the broker's record limit. */
  RECORD_TOO_LARGE,
  /** A defect in Sluice; the record alone provokes it. */
  INTERNAL
}
