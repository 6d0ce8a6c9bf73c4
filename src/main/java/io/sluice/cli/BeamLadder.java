package io.sluice.cli;

import io.sluice.control.ServiceLadder;
import io.sluice.control.ServiceLevel;
import io.sluice.control.TimeTable;
import io.sluice.domain.BudgetCause;
import io.sluice.domain.ExpertBudget;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Puts a wider search above a ladder: full quality is then a beam with all experts, below it come
 * the ladder's levels with greedy search. Call from one thread.
 */
final class BeamLadder {
  private final ServiceLadder greedy;
  private final int beam;
  private final TimeTable times;
  private final Consumer<String> log;

  /**
   * A ladder to make.
   *
   * @param greedy levels that differ in experts only
   * @param beam hypotheses kept at full quality, at least 2
   * @param log told what was measured, for people
   */
  BeamLadder(ServiceLadder greedy, int beam, TimeTable times, Consumer<String> log) {
    this.greedy = greedy;
    this.beam = beam;
    this.times = times;
    this.log = log;
  }

  /**
   * Measures what the levels lose against the beam. BLEU points add up: those of the greedy search,
   * measured here, and those that the ladder says of its experts, which its curve has smoothed.
   *
   * @param evaluate measures a budget, once for each direction; a beam of 0 is that of full quality
   */
  ServiceLadder measure(Function<ExpertBudget, List<Evaluation>> evaluate) {
    List<Evaluation> full = evaluate.apply(ExpertBudget.all());
    ServiceLevel best = greedy.level(0);
    double fullMillis = millis(best.searching(beam, 1, 0, 0, 0));
    List<ServiceLevel> levels = new ArrayList<>();
    double search = 0; // BLEU points that the greedy search loses
    for (ServiceLevel level : greedy.levels()) {
      ExpertBudget budget = greedy.budget(level, BudgetCause.MANUAL, 0).withBeam(1);
      LevelLoss loss = LevelLoss.of(evaluate.apply(budget), full);
      log.accept(
          "greedy, level %d: BLEU %+.2f, %.0f %% of the texts differ"
              .formatted(level.number(), -loss.bleu(), 100 * loss.differs()));
      search = level.number() == 0 ? Math.max(0, loss.bleu()) : search;
      levels.add(
          level.searching(
              1,
              millis(level.searching(1, 1, 0, 0, 0)) / fullMillis,
              search + level.bleuLoss(),
              loss.differs(),
              loss.distance()));
    }
    return ServiceLadder.of(
        best.searching(beam, 1, 0, 0, 0), levels, greedy.decoderTotal(), greedy.encoderTotal());
  }

  private double millis(ServiceLevel level) {
    return times.millis(level, LadderRun.WINDOW);
  }
}
