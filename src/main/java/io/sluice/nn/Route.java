package io.sluice.nn;

/**
 * How the rows of one pass choose experts in one feed-forward layer. Immutable.
 *
 * @param mode how they are chosen
 * @param experts k, how many each row runs, at least 1; without meaning in mode ALL
 * @param plans the plan of each row, in mode SENTENCE; otherwise null
 */
@SuppressWarnings("ArrayRecordComponent") // lives for one call, never compared
public record Route(Mode mode, int experts, int[] plans) {

  /** Every expert: the dense layer. */
  public static final Route ALL = new Route(Mode.ALL, 1, null);

  /** How experts are chosen. */
  public enum Mode {
    /** Every expert. */
    ALL,
    /** The router ranks them for each row. */
    TOKEN,
    /** A plan, chosen once for a sentence. */
    SENTENCE,
    /** The first ones. */
    STATIC,
    /** The router's scores are summed over the rows: one set for all. */
    BATCH
  }

  public Route {
    if (experts < 1) {
      throw new IllegalArgumentException("a layer runs at least 1 expert, not " + experts);
    }
    if ((mode == Mode.SENTENCE) != (plans != null)) {
      throw new IllegalArgumentException("plans go with mode SENTENCE");
    }
  }

  /** A route without plans. */
  public static Route of(Mode mode, int experts) {
    return mode == Mode.ALL ? ALL : new Route(mode, experts, null);
  }
}
