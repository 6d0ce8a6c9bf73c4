package io.sluice.domain;

/** How soon a request wants its answer. The order of one key always comes first. */
public enum Priority {
  INTERACTIVE,
  STANDARD,
  BULK
}
