package io.sluice.domain;

import java.util.List;

/**
 * How many experts a batch may run: read once per batch, passed as an argument, written on each
 * result.
 *
 * @param decoderExperts experts for each decoder layer, each at least 1; empty: all of them
 * @param encoderExperts experts for each encoder layer, each at least 1; empty: all of them
 * @param mode how they are chosen
 * @param cause why this many
 * @param backlogMillis time that the waiting work would take at full quality, milliseconds
 */
public record ExpertBudget(
    List<Integer> decoderExperts,
    List<Integer> encoderExperts,
    RoutingMode mode,
    BudgetCause cause,
    long backlogMillis) {

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
