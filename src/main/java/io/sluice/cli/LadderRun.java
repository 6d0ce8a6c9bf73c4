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
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/**
 * Makes a service ladder: what each layer loses with fewer experts in every routing mode, the best
 * choices of all modes together for every budget of time, and what these really lose. Call from one
 * thread.
 */
final class LadderRun {
  private static final int STEPS = 4000;

  /** A window of ordinary sentences of which 16 are decoded at once. */
  static final BatchWork WINDOW = new BatchWork(128, 128 * 16, 128 * 17, 145);

  private final ModelBudgets budgets;
  private final TimeTable times;
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
      List<Integer> decoderLevels,
      List<Integer> encoderLevels,
      Consumer<String> log) {
    this.budgets = budgets;
    this.times = times;
    this.decoderLevels = List.copyOf(decoderLevels);
    this.encoderLevels = List.copyOf(encoderLevels);
    this.log = log;
  }

  /**
   * What a layer may run in one mode and what that costs and loses, decoder layers first.
   *
   * @param crossEntropy measures a budget
   * @param full its value at full quality
   */
  List<LayerOptions> options(
      RoutingMode mode, ToDoubleFunction<ExpertBudget> crossEntropy, double full) {
    double fullMillis = millis(mode, fullExperts());
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
        double change = millis(mode, all) - fullMillis;
        if (change >= 0) {
          continue; // saves nothing, or was not timed
        }
        double loss = crossEntropy.applyAsDouble(budget(mode, all)) - full;
        options.add(new Option(experts, change, Math.max(0, loss)));
        log.accept(
            "%s: %s layer %d, %d experts: %+.4f nats a token"
                .formatted(
                    mode,
                    decoder ? "decoder" : "encoder",
                    decoder ? layer : layer - decoders,
                    experts,
                    loss));
      }
      options.add(new Option(total, 0, 0));
      layers.add(new LayerOptions(options));
    }
    return layers;
  }

  /**
   * Choices in which all layers of a half run the same number of experts. What they lose is
   * measured, not summed up: finetuning taught the layers of a half to run few experts together,
   * and together they lose less than the sum of what each loses alone.
   *
   * @param crossEntropy measures a budget
   * @param full its value at full quality
   */
  List<Choice> even(RoutingMode mode, ToDoubleFunction<ExpertBudget> crossEntropy, double full) {
    double fullMillis = millis(mode, fullExperts());
    List<Choice> choices = new ArrayList<>();
    for (int decoder : withAll(decoderLevels, budgets.experts())) {
      for (int encoder : withAll(encoderLevels, budgets.encoderExperts())) {
        List<Integer> experts =
            new ArrayList<>(Collections.nCopies(budgets.decoderLayers(), decoder));
        experts.addAll(Collections.nCopies(budgets.encoderLayers(), encoder));
        double change = millis(mode, experts) - fullMillis;
        if (change >= 0) {
          continue; // saves nothing, or was not timed
        }
        double loss = crossEntropy.applyAsDouble(budget(mode, experts)) - full;
        choices.add(new Choice(mode, experts, change, Math.max(0, loss)));
        log.accept(
            "%s: decoder %d, encoder %d experts: %+.4f nats a token"
                .formatted(mode, decoder, encoder, loss));
      }
    }
    return choices;
  }

  private static List<Integer> withAll(List<Integer> levels, int total) {
    List<Integer> numbers = new ArrayList<>(levels);
    numbers.removeIf(k -> k >= total);
    numbers.add(total);
    return numbers;
  }

  /**
   * Choices to measure, from full quality down: the best of all modes together. Full quality is the
   * first even where a faster one seems to lose nothing.
   *
   * @param layers of every mode
   * @param even further choices, as {@link #even} measures them
   * @param count at least 2
   * @param mostLoss choices that seem to lose more are left out, nats a token
   */
  List<Choice> choices(
      Map<RoutingMode, List<LayerOptions>> layers, List<Choice> even, int count, double mostLoss) {
    List<List<Choice>> fronts = new ArrayList<>();
    fronts.add(even);
    layers.forEach((mode, options) -> fronts.add(LadderSearch.front(mode, options, STEPS)));
    List<Choice> merged = new ArrayList<>(LadderSearch.merge(fronts));
    merged.removeIf(each -> each.experts().equals(fullExperts()) || each.loss() > mostLoss);
    merged.add(0, new Choice(RoutingMode.DENSE, fullExperts(), 0, 0));
    return LadderSearch.thinned(merged, count);
  }

  /**
   * The ladder of measured choices.
   *
   * @param choices the first is full quality
   * @param losses one for each
   */
  ServiceLadder ladder(List<Choice> choices, List<LevelLoss> losses) {
    double fullMillis = millis(RoutingMode.DENSE, fullExperts());
    LossCurve curve =
        LossCurve.fit(
            losses.stream().mapToDouble(LevelLoss::crossEntropyChange).toArray(),
            losses.stream().mapToDouble(LevelLoss::bleu).toArray());
    List<ServiceLevel> levels = new ArrayList<>();
    for (int i = 0; i < choices.size(); i++) {
      LevelLoss loss = losses.get(i);
      Choice choice = choices.get(i);
      levels.add(
          level(
              i == 0 ? RoutingMode.DENSE : choice.mode(),
              choice.experts(),
              millis(choice.mode(), choice.experts()) / fullMillis,
              curve.at(loss.crossEntropyChange()),
              loss));
    }
    return ServiceLadder.of(
        levels.get(0),
        levels.subList(1, levels.size()),
        budgets.experts(),
        budgets.encoderExperts());
  }

  private ServiceLevel level(
      RoutingMode mode, List<Integer> experts, double cost, double bleuLoss, LevelLoss loss) {
    int decoders = budgets.decoderLayers();
    return new ServiceLevel(
        0,
        experts.subList(0, decoders),
        experts.subList(decoders, experts.size()),
        mode,
        1,
        false,
        cost,
        bleuLoss,
        loss.differs(),
        loss.distance(),
        loss.crossEntropyChange());
  }

  /** A budget of decoder layers, then encoder layers. */
  ExpertBudget budget(RoutingMode mode, List<Integer> experts) {
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

  /** Time of a window. */
  private double millis(RoutingMode mode, List<Integer> experts) {
    return times.millis(level(mode, experts, 1, 0, LevelLoss.NONE), WINDOW);
  }
}
