package io.sluice.cli;

import io.sluice.domain.BudgetCause;
import io.sluice.domain.ExpertBudget;
import io.sluice.domain.RoutingMode;
import io.sluice.engine.ModelBudgets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The settings that a bench compares: every number of experts in every mode. Pure functions. */
final class BenchSettings {
  private BenchSettings() {}

  /**
   * The budgets, all experts first if they are among them, none twice.
   *
   * @param experts of a decoder layer, each a number or {@code all}; empty: all, half, a quarter
   * @param encoderExperts of an encoder layer, likewise; empty: all and half
   * @param modes names of routing modes
   * @throws ExitException with status 2 if the model cannot run so
   */
  static List<ExpertBudget> budgets(
      List<String> experts, List<String> encoderExperts, List<String> modes, ModelBudgets model) {
    List<String> decoder = experts.isEmpty() ? parts(model.experts(), 2, 4) : experts;
    List<String> encoder =
        encoderExperts.isEmpty() ? parts(model.encoderExperts(), 2) : encoderExperts;
    Set<ExpertBudget> budgets = new LinkedHashSet<>();
    for (String mode : modes) {
      RoutingMode routing = RoutingOptions.mode(mode);
      for (String e : encoder) {
        int encoderRuns = RoutingOptions.parse("--encoder-experts", e, model.encoderExperts());
        for (String d : decoder) {
          int runs = RoutingOptions.parse("--experts", d, model.experts());
          budgets.add(
              runs == model.experts() && encoderRuns == model.encoderExperts()
                  ? ExpertBudget.all()
                  : model.uniform(runs, encoderRuns, routing, BudgetCause.MANUAL));
        }
      }
    }
    return List.copyOf(budgets);
  }

  private static List<String> parts(int total, int... shares) {
    List<String> parts = new ArrayList<>(List.of(RoutingOptions.ALL));
    for (int share : shares) {
      if (total >= share) {
        parts.add(Integer.toString(total / share));
      }
    }
    return parts;
  }

  /** What a budget is called in tables. */
  static String name(ExpertBudget budget) {
    return budget.equals(ExpertBudget.all())
        ? "dense"
        : budget.mode().name().toLowerCase(Locale.ROOT);
  }
}
