package io.sluice.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.domain.ExpertBudget;
import io.sluice.domain.LanguagePair;
import io.sluice.engine.TransformerTranslator;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Quality and speed on a parallel text, by number of experts. */
@Command(
    name = "eval",
    description = {
      "Translates a file and compares it with a reference: BLEU (13a), chrF2, speed.",
      "Also, against the run with every expert: teacher-forced cross-entropy, share of tokens that"
          + " flip, and differences with 95 %% intervals (paired bootstrap, 1 000 resamples)."
    },
    footerHeading = "%nExample:%n",
    footer =
        "  ./sluice model eval --source test.en.gz --reference test.de.gz --from en --to de --json")
public final class ModelEvalCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private LanguageOptions languages;
  @Mixin private ModelOptions model;
  @Mixin private RoutingOptions routing;
  @Mixin private BatchOptions batching;

  @Option(
      names = "--source",
      paramLabel = "FILE",
      required = true,
      description = "Text to translate, one sentence a line; may be gzipped.")
  private Path source;

  @Option(
      names = "--reference",
      paramLabel = "FILE",
      required = true,
      description = "Its human translation, line by line; may be gzipped.")
  private Path reference;

  @Option(
      names = "--experts",
      paramLabel = "K",
      split = ",",
      defaultValue = RoutingOptions.ALL,
      description = "Experts to run in each decoder layer, each a number or all: one row for each.")
  private List<String> experts;

  @Option(
      names = "--hypotheses",
      paramLabel = "FILE",
      description =
          "Writes the translations here, one a line; with several numbers of experts to FILE.K for"
              + " each.")
  private Path hypotheses;

  @Option(names = "--json", description = "One JSON object for each number of experts.")
  private boolean json;

  @Override
  public Integer call() {
    LanguagePair pair = languages.pair();
    List<ExpertBudget> budgets =
        experts.stream().map(k -> routing.budget(k, model.bundle())).toList();
    List<String> sources = TextLines.readAll(source);
    List<String> references = TextLines.readAll(reference);
    if (sources.size() != references.size() || sources.isEmpty()) {
      throw new ExitException(
          "source and reference must have the same number of lines, more than none; they have "
              + sources.size()
              + " and "
              + references.size());
    }
    PrintWriter out = spec.commandLine().getOut();
    try (TransformerTranslator translator = model.loadForMeasurement()) {
      EvaluationRun run =
          new EvaluationRun(
              translator,
              pair,
              sources,
              references,
              batching,
              new Progress(spec.commandLine().getErr(), "translated"));
      Evaluation baseline = run.evaluate(ExpertBudget.all());
      if (!json) {
        out.println(EvaluationRow.heading());
      }
      for (int i = 0; i < budgets.size(); i++) {
        ExpertBudget budget = budgets.get(i);
        Evaluation evaluation = budget.equals(ExpertBudget.all()) ? baseline : run.evaluate(budget);
        if (hypotheses != null) {
          write(evaluation.texts(), experts.get(i));
        }
        ObjectNode row = EvaluationRow.json(evaluation, baseline, budget, translator.budgets());
        out.println(json ? row : EvaluationRow.line(row));
        out.flush();
      }
    }
    return 0;
  }

  private void write(List<String> texts, String k) {
    Path file = experts.size() == 1 ? hypotheses : Path.of(hypotheses + "." + k);
    try {
      Files.write(file, texts);
    } catch (IOException e) {
      throw new ExitException("cannot write " + file, e);
    }
  }
}
