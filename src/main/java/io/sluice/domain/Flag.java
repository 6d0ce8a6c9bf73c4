package io.sluice.domain;

/** Something a reader should know about a translation. */
public enum Flag {
  /** The length cap ended the output. */
  TRUNCATED,
  /** The repetition guard ended the output. */
  REPETITION,
  /** A placeholder, URL or number of the source is missing from the output. */
  PLACEHOLDER_MISMATCH,
  /** The text was translated in several pieces and rejoined. */
  SEGMENTED
}
