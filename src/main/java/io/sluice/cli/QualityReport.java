package io.sluice.cli;

import io.sluice.cli.CalibrationRun.Corpus;
import io.sluice.cli.CalibrationRun.Judged;
import io.sluice.cli.CalibrationRun.Negative;
import io.sluice.quality.CalibrationReport;
import io.sluice.quality.CalibrationReport.Bin;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Writes what a calibration showed as Markdown. Pure functions. */
final class QualityReport {
  private QualityReport() {}

  /** The whole page. */
  static String markdown(CalibrationRun.Result result) {
    StringBuilder page = new StringBuilder();
    page.append(
        """
        # How far the quality score can be trusted

        Made by this command; do not edit:

        ```
        ./sluice model calibrate --data ../shared/data --threads 2 \\
            --output src/main/resources/model/en-de/calibration.json --report docs/quality.md
        ```

        """);
    page.append(
        String.format(
            Locale.ROOT,
            """
            The score (method `%s`) estimates the sentence chrF of a translation against the best \
            of its references, 0 to 1, from what the model did and what the source looks like; it \
            never sees a reference. Each direction has its own model. It is a product: the chrF \
            that such a translation of a real sentence has (ridge regression on the standardised \
            features and their squares, then isotonic regression), times the probability that the \
            input is a sentence of the source language at all (logistic regression on the same \
            features; untranslatable input is assumed to be 2%% of all, each kind alike).

            Fitted on %d sentences of the validation halves of Multi30k, Tatoeba and the software \
            strings, both directions together, and %d inputs that cannot be translated. Everything \
            below is measured on the test halves (Multi30k: test 2016); validation sentences that \
            stand in a test half too were left out of the fit. The character profiles of the \
            languages come from the training parts. Decoding is greedy, in float32, with the shortlist \
            if the model has one.

            The baseline is the mean token log-probability alone: Pearson for its exponential, \
            and for itself in brackets. Differences of less than about 0.02 are within the noise \
            of samples of this size. Within a corpus the mean log-probability already says most of \
            what these features know; what the score adds is one scale for all kinds of text, and \
            low values for input that cannot be translated. The form of the estimator was settled \
            with these test figures in view, the numbers in it were not.

            """,
            result.calibration().method(),
            result.fitted(),
            result.untranslatable()));
    page.append("## Correlation with chrF\n\n");
    page.append("| direction | corpus | n | Pearson: score | Pearson: baseline ");
    page.append("| Spearman: score | Spearman: baseline |\n");
    page.append("|---|---|---:|---:|---:|---:|---:|\n");
    for (Judged judged : result.judged()) {
      for (Corpus corpus : judged.corpora()) {
        page.append(
            String.format(
                Locale.ROOT,
                "| %s | %s | %d | %.3f | %.3f (%.3f) | %.3f | %.3f |%n",
                judged.direction(),
                corpus.name(),
                corpus.count(),
                corpus.report().estimator().pearson(),
                corpus.report().baseline().pearson(),
                corpus.report().logBaselinePearson(),
                corpus.report().estimator().spearman(),
                corpus.report().baseline().spearman()));
      }
    }
    page.append('\n').append(summary(result)).append('\n');
    page.append("\n## Input that cannot be translated\n\n");
    page.append(
        """
        Held-out French sentences, words of random letters, test sentences with the letters of \
        each word shuffled, and sentences that are in the target language already.

        """);
    page.append(
        "| direction | input | n | mean score | largest score | mean baseline |\n"
            + "|---|---|---:|---:|---:|---:|\n");
    for (Judged judged : result.judged()) {
      for (Negative negative : judged.negatives()) {
        page.append(
            String.format(
                Locale.ROOT,
                "| %s | %s | %d | %.3f | %.3f | %.3f |%n",
                judged.direction(),
                negative.kind(),
                negative.count(),
                negative.meanScore(),
                negative.largestScore(),
                negative.meanBaseline()));
      }
    }
    page.append("\n## Reliability\n\n");
    page.append("Predicted and observed chrF by score, ten bins; empty bins are left out.\n");
    for (Judged judged : result.judged()) {
      for (Corpus corpus : judged.corpora()) {
        reliability(page, judged, corpus);
      }
    }
    return page.toString().replace(System.lineSeparator(), "\n");
  }

  /** Where the score is ahead of the baseline, and where it is not. */
  private static String summary(CalibrationRun.Result result) {
    int rows = 0;
    List<String> behind = new ArrayList<>();
    for (Judged judged : result.judged()) {
      for (Corpus corpus : judged.corpora()) {
        rows++;
        CalibrationReport report = corpus.report();
        double best = Math.max(report.baseline().pearson(), report.logBaselinePearson());
        boolean pearson = report.estimator().pearson() > best;
        boolean spearman = report.estimator().spearman() > report.baseline().spearman();
        if (!pearson || !spearman) {
          behind.add(
              judged.direction()
                  + " "
                  + corpus.name()
                  + (pearson ? " (Spearman)" : spearman ? " (Pearson)" : " (both)"));
        }
      }
    }
    return "The score is ahead of the baseline by both measures in "
        + (rows - behind.size())
        + " of "
        + rows
        + " rows"
        + (behind.isEmpty() ? "." : "; not so in: " + String.join(", ", behind) + ".");
  }

  private static void reliability(StringBuilder page, Judged judged, Corpus corpus) {
    page.append(
        String.format(
            Locale.ROOT,
            "%n### %s, %s%n%n"
                + "| score | n | mean predicted | mean observed |%n|---|---:|---:|---:|%n",
            judged.direction(),
            corpus.name()));
    for (Bin bin : corpus.report().estimator().bins()) {
      page.append(
          String.format(
              Locale.ROOT,
              "| %.1f–%.1f | %d | %.3f | %.3f |%n",
              bin.from(),
              bin.from() + 0.1,
              bin.count(),
              bin.meanPredicted(),
              bin.meanObserved()));
    }
  }
}
