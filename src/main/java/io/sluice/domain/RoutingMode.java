package io.sluice.domain;

/** How experts are chosen. */
public enum RoutingMode {
  DENSE,
  TOKEN,
  SENTENCE,
  STATIC,
  BATCH;

  /**
   * How experts are chosen where nobody says how: with half of the decoder's experts, the mode that
   * is better and faster than {@link #TOKEN}. See "Quality at equal time" in docs/results.md.
   */
  public static final RoutingMode DEFAULT = SENTENCE;
}
