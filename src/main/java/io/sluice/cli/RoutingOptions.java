package io.sluice.cli;

import io.sluice.checkpoint.CheckpointException;
import io.sluice.checkpoint.ModelBundle;
import io.sluice.domain.BudgetCause;
import io.sluice.domain.ExpertBudget;
import io.sluice.domain.RoutingMode;
import io.sluice.engine.ModelBudgets;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Option;

/** How experts are chosen, and how many of them the encoder runs. */
public final class RoutingOptions {
  /** The word for every expert. */
  static final String ALL = "all";

  private static final List<String> MODES = List.of("token", "sentence", "static", "batch");

  @Option(
      names = "--routing",
      paramLabel = "token|sentence|static|batch",
      description =
          "How experts are chosen; without effect while all of them run. Default: sentence. A model"
              + " without plans then runs its first experts, as under static.")
  private String routing;

  @Option(
      names = "--encoder-experts",
      paramLabel = "K|all",
      description = "Experts to run in each encoder layer of every text; default: all.")
  private String encoderExperts;

  /**
   * The mode that the user asks for.
   *
   * @throws ExitException with status 2 if there is no such mode
   */
  RoutingMode mode() {
    return routing == null ? RoutingMode.DEFAULT : mode(routing);
  }

  /** True if the user says how many of the encoder's experts run. */
  boolean encoderGiven() {
    return encoderExperts != null;
  }

  /** True if the user says how experts are chosen. */
  boolean modeGiven() {
    return routing != null;
  }

  /**
   * A mode by its name.
   *
   * @throws ExitException with status 2 if there is no such mode
   */
  static RoutingMode mode(String routing) {
    if (!MODES.contains(routing)) {
      throw new ExitException(2, "--routing must be token, sentence, static or batch", null);
    }
    return RoutingMode.valueOf(routing.toUpperCase(Locale.ROOT));
  }

  /**
   * The budget with these options and a number of decoder experts.
   *
   * @param experts a number, or {@code all}
   * @param bundle the model that it is meant for; only its config.json is read
   * @throws ExitException with status 2 if the model cannot run so
   */
  ExpertBudget budget(String experts, ModelBundle bundle) {
    RoutingMode mode = mode();
    ModelBudgets budgets = budgets(bundle);
    int decoder = parse("--experts", experts, budgets.experts());
    int encoder =
        parse(
            "--encoder-experts",
            encoderExperts == null ? ALL : encoderExperts,
            budgets.encoderExperts());
    return decoder == budgets.experts() && encoder == budgets.encoderExperts()
        ? ExpertBudget.all()
        : budgets.uniform(decoder, encoder, mode, BudgetCause.MANUAL);
  }

  /**
   * What budgets mean to a model; only its config.json is read.
   *
   * @throws ExitException if that is not complete
   */
  static ModelBudgets budgets(ModelBundle bundle) {
    try {
      return ModelBudgets.read(bundle);
    } catch (CheckpointException e) {
      throw new ExitException(e.getMessage(), e);
    }
  }

  /**
   * A number of experts of a layer that has so many.
   *
   * @throws ExitException with status 2 if it is none
   */
  static int parse(String option, String text, int total) {
    if (text.equals(ALL)) {
      return total;
    }
    int experts;
    try {
      experts = Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new ExitException(2, option + " must be a number or all, is '" + text + "'", e);
    }
    if (experts < 1) {
      throw new ExitException(2, option + " must be at least 1, is " + experts, null);
    }
    if (experts > total) {
      String has =
          total == 1 ? ": this model is dense there, it runs with all" : ", there are " + total;
      throw new ExitException(2, option + " " + experts + has, null);
    }
    return experts;
  }
}
