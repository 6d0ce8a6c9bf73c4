package io.sluice.domain;

import java.util.List;

/**
 * How many experts a batch may run, and how wide it may search: read once per batch, passed as an
 * argument, written on each result.
 *
 * @param decoderExperts experts for each decoder layer, each at least 1; empty: all of them
 * @param encoderExperts experts for each encoder layer, each at least 1; empty: all of them
 * @param mode how they are chosen
 * @param cause why this many
 * @param backlogMillis time that the waiting work would take at full quality, milliseconds
 * @param beam hypotheses kept in search at most; 0: as the translator does at full quality
 */
public record ExpertBudget(
    List<Integer> decoderExperts,
    List<Integer> encoderExperts,
    RoutingMode mode,
    BudgetCause cause,
    long backlogMillis,
    int beam) {

  private static final ExpertBudget ALL =
      new ExpertBudget(List.of(), List.of(), RoutingMode.DENSE, BudgetCause.FULL, 0);

  public ExpertBudget {
    decoderExperts = List.copyOf(decoderExperts);
    encoderExperts = List.copyOf(encoderExperts);
    for (int experts : decoderExperts) {
      checkPositive(experts);
    }
    for (int experts : encoderExperts) {
      checkPositive(experts);
    }
    if (beam < 0) {
      throw new IllegalArgumentException("a beam of " + beam);
    }
  }

  /** The same search as at full quality. */
  public ExpertBudget(
      List<Integer> decoderExperts,
      List<Integer> encoderExperts,
      RoutingMode mode,
      BudgetCause cause,
      long backlogMillis) {
    this(decoderExperts, encoderExperts, mode, cause, backlogMillis, 0);
  }

  /** The same with another beam. */
  public ExpertBudget withBeam(int another) {
    return new ExpertBudget(decoderExperts, encoderExperts, mode, cause, backlogMillis, another);
  }

  /** Every expert of every layer: full quality. */
  public static ExpertBudget all() {
    return ALL;
  }

  private static void checkPositive(int experts) {
    if (experts < 1) {
      throw new IllegalArgumentException("a layer runs at least 1 expert, not " + experts);
    }
  }
}
