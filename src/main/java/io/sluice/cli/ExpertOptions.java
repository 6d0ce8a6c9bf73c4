package io.sluice.cli;

import io.sluice.checkpoint.ModelBundle;
import io.sluice.control.BudgetSource;
import io.sluice.domain.ExpertBudget;
import io.sluice.engine.ModelBudgets;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which experts run, where it is the same for every text. */
public final class ExpertOptions {
  @Mixin private RoutingOptions routing;

  @Option(
      names = "--experts",
      paramLabel = "K|all",
      description = "Experts to run in each decoder layer of every text; default: all.")
  private String experts;

  /**
   * The budget that the user asks for.
   *
   * @param bundle the model that it is meant for; only its config.json is read
   * @throws ExitException with status 2 if the model cannot run so
   */
  ExpertBudget budget(ModelBundle bundle) {
    return routing.budget(experts == null ? RoutingOptions.ALL : experts, bundle);
  }

  /** True if the user says how many experts run. */
  boolean given() {
    return experts != null || routing.encoderGiven();
  }

  /** True if the user says how experts are chosen, but not how many. */
  boolean modeAlone() {
    return routing.modeGiven() && !given();
  }

  /**
   * The same for every batch, raised where rows insist on more experts.
   *
   * @throws ExitException with status 2 if the model cannot run so
   */
  BudgetSource source(ModelBundle bundle) {
    ModelBudgets budgets = RoutingOptions.budgets(bundle);
    return BudgetSource.fixed(budget(bundle), budgets.experts(), budgets.encoderExperts());
  }
}
