package io.sluice.domain;

/** How experts are chosen. */
public enum RoutingMode {
  DENSE,
  TOKEN,
  SENTENCE,
  STATIC,
  BATCH;

  /**
   * How experts are chosen where nobody says how: the mode that wins on quality at equal time. See
   * "Quality at equal time" in docs/results.md.
   */
  public static final RoutingMode DEFAULT = SENTENCE;
}
