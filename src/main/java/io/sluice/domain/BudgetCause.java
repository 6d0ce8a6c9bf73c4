package io.sluice.domain;

/** Why a budget is what it is. */
public enum BudgetCause {
  FULL,
  LAG,
  FLOOR,
  DEADLINE,
  MANUAL
}
