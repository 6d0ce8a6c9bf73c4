package io.sluice.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.control.ServiceLadder;
import io.sluice.control.TimeTable;
import io.sluice.control.ladder.LadderFile;
import io.sluice.control.ladder.LadderSearch.Choice;
import io.sluice.control.ladder.LayerOptions;
import io.sluice.domain.ExpertBudget;
import io.sluice.domain.LanguagePair;
import io.sluice.domain.RoutingMode;
import io.sluice.engine.ModelBudgets;
import io.sluice.engine.TransformerTranslator;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
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
          + " and when all layers of a half do, in each routing mode, finds the best modes and"
          + " numbers for every budget of time, and measures what they lose in both directions.",
      "With --extend: puts a wider search (--beam) above the levels of a ladder, for --ladder all."
    },
    footerHeading = "%nExample:%n",
    footer =
        "  ./sluice model ladder --data ../shared/data --times times.json%n"
            + "      --output src/main/resources/model/en-de/ladder.json%n"
            + "  ./sluice model ladder --data ../shared/data --beam 4 --extend ladder.json%n"
            + "      --output ladder-all.json")
public final class ModelLadderCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ModelOptions model;
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
      description =
          "Times of this machine (model bench); default: ours, which are of another machine.")
  private Path times;

  @Option(
      names = "--routing",
      paramLabel = "token|sentence|static",
      split = ",",
      defaultValue = "token,sentence,static",
      description =
          "How experts may be chosen, several with commas; those without times are left out.")
  private List<String> routing;

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
      names = "--most-loss",
      paramLabel = "NATS",
      defaultValue = "0.2",
      description =
          "No level that seems to cost more cross-entropy, nats a token; 0.1 is about a point of"
              + " BLEU.")
  private double mostLoss;

  @Option(
      names = "--extend",
      paramLabel = "FILE",
      description =
          "A ladder of experts. Full quality is then the search of --beam with all experts; the"
              + " levels of this ladder follow, greedy.")
  private Path extended;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description =
          "Where the ladder goes; default: "
              + LadderFile.NAME
              + ", with --extend "
              + LadderFile.ALL
              + ".")
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
    if (model.beam() > 1 != (extended != null)) {
      throw new ExitException(
          2, "--beam above 1 goes with --extend: a ladder of experts is made greedily", null);
    }
    if (output == null) {
      output = Path.of(extended == null ? LadderFile.NAME : LadderFile.ALL);
    }
    PrintWriter err = spec.commandLine().getErr();
    TimeTable table = ControlFiles.times(times);
    if (extended != null) {
      extend(table);
      return 0;
    }
    List<RoutingMode> modes = modes(table);
    ModelBudgets budgets = RoutingOptions.budgets(model.bundle());
    JsonNode config = model.bundle().json("config.json").path("sluice_experts");
    LadderRun run =
        new LadderRun(
            budgets,
            table,
            numbers(config.path("levels")),
            numbers(config.path("encoder_levels")),
            err::println);
    try (TransformerTranslator translator = model.load()) {
      ToDoubleFunction<ExpertBudget> crossEntropy = crossEntropy(translator);
      double full = crossEntropy.applyAsDouble(ExpertBudget.all());
      Map<RoutingMode, List<LayerOptions>> layers = new EnumMap<>(RoutingMode.class);
      List<Choice> even = new ArrayList<>();
      for (RoutingMode mode : modes) {
        layers.put(mode, run.options(mode, crossEntropy, full));
        even.addAll(run.even(mode, crossEntropy, full));
      }
      List<Choice> choices = run.choices(layers, even, levels, mostLoss);
      List<List<Evaluation>> evaluations = evaluate(run, translator, choices);
      List<LevelLoss> losses =
          evaluations.stream().map(each -> LevelLoss.of(each, evaluations.get(0))).toList();
      int sentences = evaluations.get(0).stream().mapToInt(each -> each.texts().size()).sum();
      ObjectNode json = json(run.ladder(choices, losses), sentences);
      LadderNotes.measured(json.putArray("measured"), choices, evaluations);
      LadderNotes.sensitivity(json.putObject("layers"), layers);
      write(json);
    }
    return 0;
  }

  private void extend(TimeTable table) throws IOException {
    ServiceLadder ladder =
        ControlFiles.ladder(extended, model.bundle(), LadderFile.NAME).expertsOnly();
    try (TransformerTranslator translator = model.load()) {
      List<EvaluationRun> directions = evaluations(translator, levelSentences);
      ServiceLadder whole =
          new BeamLadder(ladder, model.beam(), table, spec.commandLine().getErr()::println)
              .measure(budget -> directions.stream().map(each -> each.evaluate(budget)).toList());
      write(json(whole, directions.stream().mapToInt(EvaluationRun::sentences).sum()));
    }
  }

  private ObjectNode json(ServiceLadder ladder, int sentences) {
    ObjectNode json = LadderFile.write(ladder);
    json.put("model", model.bundle().name() + " " + model.bundle().version());
    json.put(
        "origin",
        "Losses measured by model ladder, costs by the times of: "
            + ControlFiles.timesOrigin(times));
    json.put("sentences", sentences);
    return json;
  }

  private void write(ObjectNode json) throws IOException {
    Files.writeString(
        output,
        new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n");
    spec.commandLine().getErr().println("wrote " + output);
  }

  private List<RoutingMode> modes(TimeTable table) {
    List<RoutingMode> asked = routing.stream().map(RoutingOptions::mode).distinct().toList();
    List<RoutingMode> measured = asked.stream().filter(table.modes()::contains).toList();
    if (measured.isEmpty()) {
      throw new ExitException("no times of " + asked + ", there are those of " + table.modes());
    }
    if (measured.size() < asked.size()) {
      spec.commandLine().getErr().println("there are times of " + measured + " only");
    }
    return measured;
  }

  /** Mean of both directions. */
  private ToDoubleFunction<ExpertBudget> crossEntropy(TransformerTranslator translator) {
    List<EvaluationRun> directions = evaluations(translator, layerSentences);
    return budget ->
        directions.stream().mapToDouble(each -> each.crossEntropy(budget)).average().orElse(0);
  }

  /** Every choice in both directions. */
  private List<List<Evaluation>> evaluate(
      LadderRun run, TransformerTranslator translator, List<Choice> choices) {
    List<EvaluationRun> directions = evaluations(translator, levelSentences);
    List<List<Evaluation>> evaluations = new ArrayList<>();
    for (Choice choice : choices) {
      ExpertBudget budget = run.budget(choice.mode(), choice.experts());
      evaluations.add(directions.stream().map(each -> each.evaluate(budget)).toList());
      spec.commandLine().getErr().println(LadderNotes.summary(choice, evaluations));
    }
    return evaluations;
  }

  private List<EvaluationRun> evaluations(TransformerTranslator translator, int sentences) {
    CalibrationData corpora = new CalibrationData(data, sentences);
    List<EvaluationRun> runs = new ArrayList<>();
    for (LanguagePair direction : CalibrationData.DIRECTIONS) {
      List<CalibrationData.Entry> entries =
          corpora.half(CalibrationData.Half.VALIDATION, direction).values().stream()
              .flatMap(List::stream)
              .toList();
      runs.add(
          new EvaluationRun(
              translator,
              direction,
              entries.stream().map(CalibrationData.Entry::source).toList(),
              entries.stream().map(entry -> entry.references().get(0)).toList(),
              batching,
              new Progress(spec.commandLine().getErr(), "translated")));
    }
    return runs;
  }

  private static List<Integer> numbers(JsonNode array) {
    List<Integer> numbers = new ArrayList<>();
    array.forEach(each -> numbers.add(each.asInt()));
    return numbers;
  }
}
