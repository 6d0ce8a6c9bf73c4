package io.sluice.domain;

/** How experts are chosen. */
public enum RoutingMode {
  DENSE,
  TOKEN,
  SENTENCE,
  STATIC,
  BATCH;

  /** How experts are chosen where nobody says how. */
  public static final RoutingMode DEFAULT = TOKEN;
}
