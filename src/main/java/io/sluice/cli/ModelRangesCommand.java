package io.sluice.cli;

import io.sluice.checkpoint.ActivationRanges;
import io.sluice.checkpoint.ExpertsConfig;
import io.sluice.checkpoint.ModelBundle;
import io.sluice.cli.CalibrationData.Entry;
import io.sluice.domain.BudgetCause;
import io.sluice.domain.ExpertBudget;
import io.sluice.domain.LanguagePair;
import io.sluice.domain.RoutingMode;
import io.sluice.engine.LineTranslator;
import io.sluice.engine.ModelBudgets;
import io.sluice.engine.TransformerTranslator;
import io.sluice.engine.TranslatorOptions;
import io.sluice.tensor.ActivationRange;
import io.sluice.tensor.Kernels;
import io.sluice.tensor.RecordingBackend;
import io.sluice.tensor.dnnl.DnnlBackend;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures which range of values a byte must cover at each place of the network. */
@Command(
    name = "ranges",
    description = {
      "Translates validation sentences and writes the range of values at each place, for int8.",
      "Places of elastic weights are measured on translations with few experts, all others with all"
          + " experts. The file belongs into the model's folder."
    },
    footerHeading = "%nExample:%n",
    footer =
        "  ./sluice model ranges --data ../shared/data%n"
            + "      --output src/main/resources/model/en-de/activations.json")
public final class ModelRangesCommand implements Callable<Integer> {
  private static final int BATCH = 32;

  @Spec private CommandSpec spec;

  @Option(
      names = "--model",
      paramLabel = "DIR",
      description = "Model in the Hugging Face layout; default: the bundled one.")
  private Path directory;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      required = true,
      description = "Folder with the corpora multi30k, tatoeba and software.")
  private Path data;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      defaultValue = ActivationRanges.FILE,
      description = "Where the ranges go; default: ${DEFAULT-VALUE}.")
  private Path output;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "150",
      description = "Sentences of each corpus and direction; default: ${DEFAULT-VALUE}.")
  private int limit;

  @Override
  public Integer call() {
    if (limit < 1) {
      throw new ExitException(2, "--limit must be at least 1", null);
    }
    PrintWriter err = spec.commandLine().getErr();
    ModelBundle bundle = directory == null ? ModelBundle.bundled() : ModelBundle.of(directory);
    CalibrationData corpora = new CalibrationData(data, limit);
    RecordingBackend recorder = new RecordingBackend(DnnlBackend.float32(Kernels.scalar()));
    Map<String, ActivationRange> ranges;
    try (TransformerTranslator translator =
        TransformerTranslator.load(
            bundle, recorder, TranslatorOptions.greedy("cpu/" + Cpu.detect().name()))) {
      translate(translator, corpora, ExpertBudget.all());
      ranges = recorder.ranges();
      if (translator.transformer().elastic()) {
        int upper = ExpertsConfig.read(bundle.json("config.json")).upper();
        for (ExpertBudget few : few(translator.budgets(), upper)) {
          translate(translator, corpora, few);
        }
        recorder.ranges().forEach(ranges::putIfAbsent);
      }
    }
    try {
      Files.write(output, ActivationRanges.write(ranges));
    } catch (IOException e) {
      throw new ExitException("cannot write " + output, e);
    }
    err.println("wrote " + output + ", " + ranges.size() + " places");
    return 0;
  }

  /**
   * Half of the experts by token, a quarter by sentence, or what is nearest to that so that both
   * sets of weights run in both halves.
   *
   * @param upper more experts than this run the upper set; 0: there is one set
   */
  private static List<ExpertBudget> few(ModelBudgets budgets, int upper) {
    return List.of(
        budgets.uniform(
            more(budgets.experts(), upper),
            more(budgets.encoderExperts(), upper),
            RoutingMode.TOKEN,
            BudgetCause.MANUAL),
        budgets.uniform(
            fewer(budgets.experts(), upper),
            fewer(budgets.encoderExperts(), upper),
            RoutingMode.SENTENCE,
            BudgetCause.MANUAL));
  }

  private static int more(int experts, int upper) {
    return Math.max(Math.max(1, experts / 2), upper == 0 ? 1 : Math.min(upper + 1, experts - 1));
  }

  private static int fewer(int experts, int upper) {
    return Math.max(1, upper == 0 ? experts / 4 : Math.min(experts / 4, upper));
  }

  private void translate(
      TransformerTranslator translator, CalibrationData corpora, ExpertBudget budget) {
    PrintWriter err = spec.commandLine().getErr();
    try (LineTranslator lines = new LineTranslator(translator, budget, BATCH, 1)) {
      for (LanguagePair direction : CalibrationData.DIRECTIONS) {
        for (List<Entry> entries :
            corpora.half(CalibrationData.Half.VALIDATION, direction).values()) {
          err.println(
              "translating "
                  + entries.size()
                  + " sentences, "
                  + direction
                  + (budget.equals(ExpertBudget.all()) ? "" : ", with few experts"));
          lines.translate(entries.stream().map(Entry::source).toList(), direction);
        }
      }
    }
  }
}
