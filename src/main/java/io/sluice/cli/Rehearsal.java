package io.sluice.cli;

import io.sluice.control.BatchWork;
import io.sluice.control.BudgetController;
import io.sluice.control.ServiceLadder;
import io.sluice.control.ServiceLevel;
import io.sluice.domain.BudgetCause;
import io.sluice.domain.ExpertBudget;
import io.sluice.domain.LanguagePair;
import io.sluice.domain.Segment;
import io.sluice.domain.SegmentTranslation;
import io.sluice.engine.Translator;
import java.util.Collections;
import java.util.List;

/**
 * Translates a full batch at each level before the first record comes, so that no level is slow
 * when it is needed first, and the controller knows how fast this machine is. Small batches would
 * not do: they take other ways through the experts.
 */
final class Rehearsal {
  private static final String SENTENCE = "Two children in red coats are walking along the river.";
  private static final int ROUNDS = 2;
  private static final int ROWS = 32;

  private Rehearsal() {}

  /**
   * Rehearses, in the caller's thread.
   *
   * @param maxRows of a full batch
   */
  static void run(
      Translator translator, ServiceLadder ladder, BudgetController controller, int maxRows) {
    int rows = Math.min(maxRows, ROWS);
    LanguagePair english = new LanguagePair("en", "de");
    LanguagePair pair =
        translator.languagePairs().contains(english)
            ? english
            : translator.languagePairs().iterator().next();
    Segment segment = translator.prepare(SENTENCE, pair).segments().get(0);
    List<Segment> batch = Collections.nCopies(rows, segment);
    for (ServiceLevel level : ladder.levels()) {
      var unused = translator.translate(batch, ladder.budget(level, BudgetCause.MANUAL, 0));
    }
    ExpertBudget best = ladder.budget(ladder.level(0), BudgetCause.MANUAL, 0);
    for (int round = 0; round < ROUNDS; round++) {
      long started = System.nanoTime();
      List<SegmentTranslation> parts = translator.translate(batch, best);
      double millis = (System.nanoTime() - started) / 1e6;
      int steps = parts.get(0).outputTokens() + 1;
      controller.translated(
          best,
          new BatchWork(rows, (double) rows * segment.length(), (double) rows * steps, steps),
          millis);
    }
  }
}
