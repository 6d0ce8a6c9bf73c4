package io.sluice.results;

import io.sluice.results.Target.Verdict;
import java.util.List;

/** What had to be shown, and what did not hold. */
final class TargetSection implements Section {
  @Override
  public String markdown(ResultFiles files, String plots) {
    List<Target> targets = Targets.of(files);
    MarkdownTable table =
        new MarkdownTable(List.of("", "original", "at least", "aim", "measured", "held"));
    targets.forEach(
        target ->
            table.row(
                List.of(
                    target.claim(),
                    target.original(),
                    target.least(),
                    target.aim(),
                    target.measured(),
                    target.verdict().text())));
    StringBuilder text =
        new StringBuilder(
            """
            ## Targets

            Kept: share of the BLEU of all experts of the same model, one figure for each test \
            set (%s); the smallest decides. Differences below 0.3 BLEU are noise on 1 000 sentences.

            """
                .formatted(String.join(" / ", new Quality(files).corpora())));
    text.append(table).append("## What did not hold\n\n");
    List<Target> missed = with(targets, Verdict.MISSED);
    missed.forEach(
        target ->
            text.append(
                "* %s: at least %s, measured %s.\n"
                    .formatted(target.claim(), target.least(), target.measured())));
    text.append(missed.isEmpty() ? "Every target that was measured holds.\n" : "");
    List<Target> open = with(targets, Verdict.NOT_MEASURED);
    open.forEach(target -> text.append("* Not measured: ").append(target.claim()).append(".\n"));
    long aims = with(targets, Verdict.AIM).size();
    return text.append("\n%d of %d reach the aim.\n\n".formatted(aims, targets.size())).toString();
  }

  private static List<Target> with(List<Target> targets, Verdict verdict) {
    return targets.stream().filter(target -> target.verdict() == verdict).toList();
  }
}
