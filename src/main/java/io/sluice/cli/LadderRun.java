package io.sluice.cli;

import io.sluice.control.BatchWork;
import io.sluice.control.ServiceLadder;
import io.sluice.control.ServiceLevel;
import io.sluice.control.TimeTable;
import io.sluice.control.ladder.LadderSearch;
import io.sluice.control.ladder.LadderSearch.Choice;
import io.sluice.control.ladder.LayerOptions;
import io.sluice.control.ladder.LayerOptions.Option;
import io.sluice.control.ladder.LossCurve;
import io.sluice.domain.BudgetCause;
import io.sluice.domain.ExpertBudget;
import io.sluice.domain.RoutingMode;
import io.sluice.engine.ModelBudgets;
import io.sluice.quality.Chrf;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/**
 * Makes a service ladder: what each layer loses with fewer experts, the best choices for every
 * budget of time, and what these really lose. Call from one thread.
 */
final class LadderRun {
  private static final int STEPS = 4000;

  private final ModelBudgets budgets;
  private final TimeTable times;
  private final RoutingMode mode;
  private final List<Integer> decoderLevels;
  private final List<Integer> encoderLevels;
  private final Consumer<String> log;

  /**
   * A run.
   *
   * @param decoderLevels numbers of experts to try in a decoder layer
   * @param encoderLevels numbers of experts to try in an encoder layer
   */
  LadderRun(
      ModelBudgets budgets,
      TimeTable times,
      RoutingMode mode,
      List<Integer> decoderLevels,
      List<Integer> encoderLevels,
      Consumer<String> log) {
    this.budgets = budgets;
    this.times = times;
    this.mode = mode;
    this.decoderLevels = List.copyOf(decoderLevels);
    this.encoderLevels = List.copyOf(encoderLevels);
    this.log = log;
  }

  /**
   * What a layer may run and what that costs and loses, decoder layers first.
   *
   * @param crossEntropy measures a budget
   */
  List<LayerOptions> options(ToDoubleFunction<ExpertBudget> crossEntropy) {
    double full = crossEntropy.applyAsDouble(ExpertBudget.all());
    List<LayerOptions> layers = new ArrayList<>();
    int decoders = budgets.decoderLayers();
    for (int layer = 0; layer < decoders + budgets.encoderLayers(); layer++) {
      boolean decoder = layer < decoders;
      int total = decoder ? budgets.experts() : budgets.encoderExperts();
      List<Option> options = new ArrayList<>();
      List<Integer> tried = new ArrayList<>(decoder ? decoderLevels : encoderLevels);
      tried.removeIf(k -> k >= total);
      for (int experts : tried) {
        List<Integer> all = new ArrayList<>(fullExperts());
        all.set(layer, experts);
        double loss = crossEntropy.applyAsDouble(budget(all)) - full;
        options.add(new Option(experts, millis(all), Math.max(0, loss)));
        log.accept(
            "%s layer %d, %d experts: %+.4f nats a token"
                .formatted(
                    decoder ? "decoder" : "encoder",
                    decoder ? layer : layer - decoders,
                    experts,
                    loss));
      }
      options.add(new Option(total, millis(fullExperts()), 0));
      layers.add(relative(options));
    }
    return layers;
  }

  /** Times as what a layer saves against all experts, so that those of layers add up. */
  private LayerOptions relative(List<Option> options) {
    double full = options.get(options.size() - 1).millis();
    return new LayerOptions(
        options.stream().map(o -> new Option(o.experts(), o.millis() - full, o.loss())).toList());
  }

  /** Choices to measure, from full quality down. */
  List<Choice> choices(List<LayerOptions> layers, int count) {
    return LadderSearch.spread(LadderSearch.front(layers, STEPS), count);
  }

  /**
   * The ladder of measured choices.
   *
   * @param choices the first is full quality
   * @param evaluations one for each
   */
  ServiceLadder ladder(List<Choice> choices, List<Evaluation> evaluations) {
    Evaluation full = evaluations.get(0);
    double fullMillis = millis(fullExperts());
    LossCurve curve =
        LossCurve.fit(
            evaluations.stream()
                .mapToDouble(each -> each.crossEntropy() - full.crossEntropy())
                .toArray(),
            evaluations.stream().mapToDouble(each -> full.bleu() - each.bleu()).toArray());
    List<ServiceLevel> levels = new ArrayList<>();
    for (int i = 0; i < choices.size(); i++) {
      Evaluation each = evaluations.get(i);
      List<Integer> experts = choices.get(i).experts();
      int differing = 0;
      double distance = 0;
      for (int line = 0; line < full.texts().size(); line++) {
        if (!each.texts().get(line).equals(full.texts().get(line))) {
          differing++;
          distance +=
              1 - Chrf.sentence(each.texts().get(line), List.of(full.texts().get(line))) / 100;
        }
      }
      levels.add(
          new ServiceLevel(
              i,
              experts.subList(0, budgets.decoderLayers()),
              experts.subList(budgets.decoderLayers(), experts.size()),
              i == 0 ? RoutingMode.DENSE : mode,
              1,
              false,
              millis(experts) / fullMillis,
              curve.at(each.crossEntropy() - full.crossEntropy()),
              (double) differing / full.texts().size(),
              differing == 0 ? 0 : distance / differing,
              each.crossEntropy() - full.crossEntropy()));
    }
    return ServiceLadder.of(
        levels.get(0),
        levels.subList(1, levels.size()),
        budgets.experts(),
        budgets.encoderExperts());
  }

  /** A budget of decoder layers, then encoder layers. */
  ExpertBudget budget(List<Integer> experts) {
    return experts.equals(fullExperts())
        ? ExpertBudget.all()
        : new ExpertBudget(
            experts.subList(0, budgets.decoderLayers()),
            experts.subList(budgets.decoderLayers(), experts.size()),
            mode,
            BudgetCause.MANUAL,
            0);
  }

  private List<Integer> fullExperts() {
    List<Integer> full =
        new ArrayList<>(Collections.nCopies(budgets.decoderLayers(), budgets.experts()));
    full.addAll(Collections.nCopies(budgets.encoderLayers(), budgets.encoderExperts()));
    return full;
  }

  /** Time of a typical batch. */
  private double millis(List<Integer> experts) {
    return times.millis(
        new ServiceLevel(
            0,
            experts.subList(0, budgets.decoderLayers()),
            experts.subList(budgets.decoderLayers(), experts.size()),
            mode,
            1,
            false,
            1,
            0,
            0,
            0,
            0),
        BatchWork.TYPICAL);
  }
}
