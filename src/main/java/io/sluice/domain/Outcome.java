package io.sluice.domain;

/** What became of a request that was not rejected. */
public enum Outcome {
  TRANSLATED,
  BYPASSED,
  CACHED,
  EXPIRED
}
