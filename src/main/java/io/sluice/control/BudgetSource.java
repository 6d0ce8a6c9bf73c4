package io.sluice.control;

import io.sluice.domain.ExpertBudget;

/** Says how many experts the next batch may run. Thread-safe; read once per batch. */
@FunctionalInterface
public interface BudgetSource {
  /**
   * The budget of a batch that is about to start.
   *
   * @param minimumExpertShare share of the experts, 0 to 1, that every row of the batch insists on
   *     having; 0: none does
   */
  ExpertBudget currentBudget(double minimumExpertShare);

  /** Full quality, always. */
  static BudgetSource all() {
    return minimumExpertShare -> ExpertBudget.all();
  }
}
