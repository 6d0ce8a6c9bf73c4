package io.sluice.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.control.ServiceLadder;
import io.sluice.control.ladder.LadderFile;
import io.sluice.control.ladder.LadderSearch.Choice;
import io.sluice.control.ladder.LayerOptions;
import io.sluice.engine.ModelBudgets;
import io.sluice.engine.TransformerTranslator;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes the service ladder of a model. */
@Command(
    name = "ladder",
    description = {
      "Chooses the levels between which the controller moves.",
      "Measures on validation text how cross-entropy changes when one layer runs fewer experts,"
          + " finds the best numbers for every budget of time, and measures what they lose."
    },
    footerHeading = "%nExample:%n",
    footer =
        "  ./sluice model ladder --data ../shared/data"
            + " --output src/main/resources/model/en-de/ladder.json")
public final class ModelLadderCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ModelOptions model;
  @Mixin private RoutingOptions routing;
  @Mixin private BatchOptions batching;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      required = true,
      description = "Folder with the corpora multi30k, tatoeba and software.")
  private Path data;

  @Option(
      names = "--times",
      paramLabel = "FILE",
      description = "Times of this machine (model bench); default: ours, which are estimates.")
  private Path times;

  @Option(
      names = "--layer-sentences",
      paramLabel = "N",
      defaultValue = "100",
      description = "Sentences of each corpus for the change by layer.")
  private int layerSentences;

  @Option(
      names = "--level-sentences",
      paramLabel = "N",
      defaultValue = "500",
      description = "Sentences of each corpus for the loss of a level.")
  private int levelSentences;

  @Option(
      names = "--levels",
      paramLabel = "N",
      defaultValue = "9",
      description = "Levels, full quality among them.")
  private int levels;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      defaultValue = "ladder.json",
      description = "Where the ladder goes.")
  private Path output;

  @Override
  public Integer call() throws IOException {
    if (layerSentences < 1 || levelSentences < 1) {
      throw new ExitException(2, "numbers of sentences must be positive", null);
    }
    if (levels < 2 || levels > ServiceLadder.MOST_LEVELS) {
      throw new ExitException(
          2, "--levels must be 2 to " + ServiceLadder.MOST_LEVELS + ", is " + levels, null);
    }
    PrintWriter err = spec.commandLine().getErr();
    ModelBudgets budgets = RoutingOptions.budgets(model.bundle());
    var config = model.bundle().json("config.json").path("sluice_experts");
    LadderRun run =
        new LadderRun(
            budgets,
            ControlFiles.times(times),
            routing.mode(),
            numbers(config.path("levels")),
            numbers(config.path("encoder_levels")),
            err::println);
    try (TransformerTranslator translator = model.load()) {
      EvaluationRun layers = evaluation(translator, layerSentences);
      List<LayerOptions> options = run.options(layers::crossEntropy);
      List<Choice> choices = run.choices(options, levels);
      EvaluationRun whole = evaluation(translator, levelSentences);
      List<Evaluation> evaluations = new ArrayList<>();
      for (Choice choice : choices) {
        evaluations.add(whole.evaluate(run.budget(choice.experts())));
        err.println(summary(choice, evaluations));
      }
      ObjectNode json = LadderFile.write(run.ladder(choices, evaluations));
      json.put("model", model.bundle().name() + " " + model.bundle().version());
      json.put(
          "origin",
          "Losses measured by model ladder, costs by the times of: "
              + ControlFiles.timesOrigin(times));
      json.put("sentences", evaluations.get(0).texts().size());
      measured(json.putArray("measured"), choices, evaluations);
      sensitivity(json.putArray("layers"), options);
      Files.writeString(
          output, new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(json));
      err.println("wrote " + output);
    }
    return 0;
  }

  /** Every choice as measured, before losses are smoothed and dominated levels left out. */
  private static void measured(
      ArrayNode array, List<Choice> choices, List<Evaluation> evaluations) {
    Evaluation full = evaluations.get(0);
    for (int i = 0; i < choices.size(); i++) {
      Evaluation each = evaluations.get(i);
      ObjectNode row = array.addObject();
      ArrayNode experts = row.putArray("experts");
      choices.get(i).experts().forEach(experts::add);
      var bleu = each.bleuDifference(full);
      row.put("bleuDifference", round(bleu.value()));
      row.put("bleuDifferenceLow", round(bleu.low()));
      row.put("bleuDifferenceHigh", round(bleu.high()));
      row.put("chrfDifference", round(each.chrf() - full.chrf()));
      row.put("crossEntropyChange", round(each.crossEntropy() - full.crossEntropy()));
      row.put("crossEntropyChangePredicted", round(choices.get(i).loss()));
    }
  }

  private static void sensitivity(ArrayNode array, List<LayerOptions> layers) {
    for (LayerOptions layer : layers) {
      ArrayNode row = array.addArray();
      layer
          .options()
          .forEach(o -> row.addObject().put("experts", o.experts()).put("change", round(o.loss())));
    }
  }

  private static String summary(Choice choice, List<Evaluation> evaluations) {
    Evaluation full = evaluations.get(0);
    Evaluation last = evaluations.get(evaluations.size() - 1);
    return String.format(
        java.util.Locale.ROOT,
        "%s: BLEU %.2f (%+.2f), %+.4f nats a token, predicted %+.4f",
        choice.experts(),
        last.bleu(),
        last.bleu() - full.bleu(),
        last.crossEntropy() - full.crossEntropy(),
        choice.loss());
  }

  private EvaluationRun evaluation(TransformerTranslator translator, int sentences) {
    List<String> sources = new ArrayList<>();
    List<String> references = new ArrayList<>();
    CalibrationData corpora = new CalibrationData(data, sentences);
    corpora
        .half(CalibrationData.Half.VALIDATION, CalibrationData.EN_DE)
        .values()
        .forEach(
            entries ->
                entries.forEach(
                    entry -> {
                      sources.add(entry.source());
                      references.add(entry.references().get(0));
                    }));
    return new EvaluationRun(
        translator,
        CalibrationData.EN_DE,
        sources,
        references,
        batching,
        new Progress(spec.commandLine().getErr(), "translated"));
  }

  private static List<Integer> numbers(com.fasterxml.jackson.databind.JsonNode array) {
    List<Integer> numbers = new ArrayList<>();
    array.forEach(each -> numbers.add(each.asInt()));
    return numbers;
  }

  private static double round(double value) {
    return Math.round(value * 1e5) / 1e5;
  }
}
