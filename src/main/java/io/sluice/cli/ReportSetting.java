package io.sluice.cli;

import io.sluice.domain.BudgetCause;
import io.sluice.domain.ExpertBudget;
import io.sluice.domain.RoutingMode;
import io.sluice.engine.ModelBudgets;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * How many experts run, in eighths of those that a layer has.
 *
 * @param mode how they are chosen
 * @param decoder eighths of the decoder's experts, 1 to 8
 * @param encoder eighths of the encoder's experts, 1 to 8
 */
record ReportSetting(RoutingMode mode, int decoder, int encoder) {
  private static final int ALL = 8;

  /** Every expert. */
  static final ReportSetting DENSE = new ReportSetting(RoutingMode.DENSE, ALL, ALL);

  /** The encoder whole. */
  static ReportSetting decoder(RoutingMode mode, int eighths) {
    return new ReportSetting(mode, eighths, ALL);
  }

  /** Several numbers of decoder experts in one mode. */
  static Stream<ReportSetting> decoders(RoutingMode mode, int... eighths) {
    return Arrays.stream(eighths).mapToObj(each -> decoder(mode, each));
  }

  /** For file names: {@code token-4-8}. */
  String label() {
    return mode.name().toLowerCase(Locale.ROOT) + "-" + decoder + "-" + encoder;
  }

  /** What it means to a model. */
  ExpertBudget budget(ModelBudgets budgets) {
    return mode == RoutingMode.DENSE
        ? ExpertBudget.all()
        : budgets.uniform(
            share(budgets.experts(), decoder),
            share(budgets.encoderExperts(), encoder),
            mode,
            BudgetCause.MANUAL);
  }

  private static int share(int experts, int eighths) {
    return Math.max(1, experts * eighths / ALL);
  }
}
