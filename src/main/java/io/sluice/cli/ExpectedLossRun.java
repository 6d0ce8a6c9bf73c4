package io.sluice.cli;

import io.sluice.cli.CalibrationData.Entry;
import io.sluice.cli.CalibrationData.Half;
import io.sluice.control.ServiceLadder;
import io.sluice.control.ServiceLevel;
import io.sluice.domain.BudgetCause;
import io.sluice.domain.ExpertBudget;
import io.sluice.domain.LanguagePair;
import io.sluice.domain.SegmentTranslation;
import io.sluice.engine.LineTranslator;
import io.sluice.engine.LineTranslator.Line;
import io.sluice.engine.Translator;
import io.sluice.quality.Chrf;
import io.sluice.quality.ExpectedLoss;
import io.sluice.quality.LossFit;
import io.sluice.quality.LossFit.Example;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Fits what every level of a ladder loses on validation halves and judges it on test halves: each
 * sentence is translated at full quality and at every level. Call from one thread.
 */
final class ExpectedLossRun {
  private final Translator translator;
  private final ServiceLadder ladder;
  private final CalibrationData data;
  private final BatchOptions batching;
  private final Consumer<String> progress;

  /**
   * A run.
   *
   * @param translator as it will serve; stays open
   * @param ladder its first level is what the translator does at full quality
   * @param progress told what is being done, for people
   */
  ExpectedLossRun(
      Translator translator,
      ServiceLadder ladder,
      CalibrationData data,
      BatchOptions batching,
      Consumer<String> progress) {
    this.translator = translator;
    this.ladder = ladder;
    this.data = data;
    this.batching = batching;
    this.progress = progress;
  }

  /**
   * What came out.
   *
   * @param loss for the model's bundle
   * @param fitted sentences that each level was fitted to
   * @param judged each level on text that it was not fitted to, in the order of the levels
   */
  record Result(ExpectedLoss loss, int fitted, List<Judged> judged) {}

  /**
   * Held-out texts of one level.
   *
   * @param groups by corpus and direction
   */
  record Judged(LossFit fit, Map<String, List<Example>> groups) {
    List<Example> all() {
      return groups.values().stream().flatMap(List::stream).toList();
    }

    /** Share of the texts within the bound. */
    double withinBound() {
      List<Example> all = all();
      return (double) all.stream().filter(each -> each.distance() <= fit.bound()).count()
          / all.size();
    }

    /** Mean prediction and mean distance of some of them. */
    ExpectedLoss.Bin mean(List<Example> examples) {
      return ExpectedLoss.reliability(fit, examples, 1).get(0);
    }
  }

  /** Runs; some minutes on a CPU. */
  Result run() {
    List<Map<String, List<Example>>> toFit = examples(Half.VALIDATION);
    List<Map<String, List<Example>>> heldOut = examples(Half.TEST);
    List<ExpectedLoss.Level> levels = new ArrayList<>();
    List<Judged> judged = new ArrayList<>();
    int fitted = 0;
    for (int i = 0; i < toFit.size(); i++) {
      List<Example> own = toFit.get(i).values().stream().flatMap(List::stream).toList();
      ServiceLevel level = ladder.level(i + 1);
      LossFit fit = LossFit.of(own);
      levels.add(
          new ExpectedLoss.Level(
              level.decoderExperts(),
              level.encoderExperts(),
              level.mode(),
              ladder.narrows() ? level.beam() : 0,
              fit));
      judged.add(new Judged(fit, heldOut.get(i)));
      fitted = own.size();
    }
    return new Result(new ExpectedLoss(levels), fitted, judged);
  }

  /** Of every level but full quality, by corpus and direction. */
  private List<Map<String, List<Example>>> examples(Half half) {
    List<Map<String, List<Example>>> byLevel = new ArrayList<>();
    for (int level = 1; level <= ladder.lowest(); level++) {
      byLevel.add(new LinkedHashMap<>());
    }
    for (LanguagePair direction : CalibrationData.DIRECTIONS) {
      data.half(half, direction)
          .forEach(
              (corpus, entries) -> {
                String group = corpus + ", " + direction.source() + " to " + direction.target();
                progress.accept(group + ", " + entries.size() + " sentences");
                List<String> texts = entries.stream().map(Entry::source).toList();
                List<Line> full = translate(texts, direction, ExpertBudget.all());
                for (int level = 1; level <= ladder.lowest(); level++) {
                  ExpertBudget budget = ladder.budget(ladder.level(level), BudgetCause.MANUAL, 0);
                  byLevel
                      .get(level - 1)
                      .put(group, compare(full, translate(texts, direction, budget)));
                }
              });
    }
    return byLevel;
  }

  private List<Line> translate(List<String> texts, LanguagePair direction, ExpertBudget budget) {
    try (LineTranslator lines =
        new LineTranslator(translator, budget, batching.batch(), batching.threads())) {
      return lines.run(texts, direction);
    }
  }

  /** Texts of several segments are left out: the prediction is made for each segment. */
  private static List<Example> compare(List<Line> full, List<Line> degraded) {
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < full.size(); i++) {
      if (full.get(i).parts().size() == 1) {
        SegmentTranslation one = degraded.get(i).parts().get(0);
        String best = full.get(i).parts().get(0).text();
        double distance =
            one.text().equals(best) ? 0 : 1 - Chrf.sentence(one.text(), List.of(best)) / 100;
        examples.add(new Example(Math.max(1, one.sourceTokens()), one.droppedMass(), distance));
      }
    }
    return examples;
  }
}
