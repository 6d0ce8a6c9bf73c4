package io.sluice.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.checkpoint.CheckpointException;
import io.sluice.checkpoint.ModelBundle;
import io.sluice.quality.ExpectedLossFile;
import io.sluice.results.Experiment;
import io.sluice.results.ResultFiles;
import io.sluice.results.ResultsPage;
import io.sluice.results.ResumableRun;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** All experiments on experts, and the page about them. */
@Command(
    name = "report",
    description = {
      "Does all experiments on experts and writes docs/results.md with its plots.",
      "Each experiment leaves a file in --work and is skipped when the file is there, so that a run"
          + " that was cut off goes on. Can take an hour on two cores."
    },
    footerHeading = "%nExample:%n",
    footer = "  ./sluice model report --data ../shared/data --dense ../shared/models/en-de-dense")
public final class ModelReportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private BatchOptions batching;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      required = true,
      description = "Folder with multi30k, tatoeba and software: training and test parts.")
  private Path data;

  @Option(
      names = "--dense",
      paramLabel = "DIR",
      required = true,
      description = "The dense checkpoint that was not finetuned.")
  private Path dense;

  @Option(
      names = "--model",
      paramLabel = "DIR",
      description = "The expert bundle; default: the bundled one.")
  private Path model;

  @Option(
      names = "--work",
      paramLabel = "DIR",
      defaultValue = "target/results",
      description = "Where the results of experiments and models on the way are kept.")
  private Path work;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      defaultValue = "docs/results.md",
      description = "The page; its plots go to a folder of the same name without ending.")
  private Path out;

  @Option(
      names = "--limit",
      paramLabel = "SENTENCES",
      description = "Sentences of each test set, from the first; default: all.")
  private Integer limit;

  @Option(
      names = "--fit-tokens",
      paramLabel = "T",
      defaultValue = "40000",
      description = "Target tokens that cuts, routers, plans and means are fitted to.")
  private long fitTokens;

  @Option(
      names = "--experts",
      paramLabel = "N",
      defaultValue = "32",
      description = "Experts of layers that are cut here, a multiple of 8.")
  private int experts;

  @Option(
      names = "--rounds",
      paramLabel = "R",
      defaultValue = "3",
      description = "How often each time is measured; the median counts.")
  private int rounds;

  @Option(names = "--seed", paramLabel = "S", defaultValue = "1", description = "Random seed.")
  private long seed;

  @Option(names = "--fresh", description = "Do all experiments anew.")
  private boolean fresh;

  @Option(
      names = "--page",
      description = "Do no experiment; write the page from the files that are there.")
  private boolean pageOnly;

  @Override
  public Integer call() {
    PrintWriter err = spec.commandLine().getErr();
    ReportSettings settings =
        new ReportSettings(
            data, dense, model, work, limit, fitTokens, experts, rounds, seed, batching);
    List<ReportCorpus> corpora = ReportCorpus.all(data, limit);
    ProgressLine detail = new ProgressLine(err);
    try (ReportModels models = new ReportModels(settings, detail::show)) {
      if (fresh) {
        models.deleteMade();
      }
      ResultFiles files = new ResultFiles(work);
      requireSame(files);
      if (!pageOnly) {
        new ResumableRun(files, fresh, line -> say(err, line))
            .run(experiments(settings, models, corpora, detail));
      }
      expectedLoss(models)
          .ifPresent(each -> new ResumableRun(files, true, line -> {}).run(List.of(each)));
      ResultsPage.write(files, out);
      say(err, "wrote " + out);
    } catch (CheckpointException | IllegalArgumentException | UncheckedIOException e) {
      throw new ExitException(e.getMessage(), e);
    } catch (IOException e) {
      throw new ExitException("cannot write " + out + ": " + e.getMessage(), e);
    }
    return 0;
  }

  /** Not measured here: what {@code model expected-loss} has left in the bundle. */
  private static Optional<Experiment> expectedLoss(ReportModels models) {
    ModelBundle bundle = models.bundle("after");
    return bundle.has(ExpectedLossFile.NAME)
        ? Optional.of(
            new Experiment(
                "expected-loss",
                "expected loss",
                () -> (ObjectNode) bundle.json(ExpectedLossFile.NAME)))
        : Optional.empty();
  }

  private List<Experiment> experiments(
      ReportSettings settings,
      ReportModels models,
      List<ReportCorpus> corpora,
      ProgressLine detail) {
    ReportEvaluator evaluator = new ReportEvaluator(models, batching);
    List<Experiment> all = new ArrayList<>();
    all.add(new Experiment("setup", "setup", () -> setup(models, corpora)));
    QualityExperiments quality = new QualityExperiments(evaluator, models, corpora);
    all.addAll(quality.first());
    all.addAll(new SpeedExperiments(evaluator, corpora.get(0), rounds).all());
    all.add(new ServingExperiment(models, corpora.get(0), rounds).experiment());
    all.addAll(quality.rest());
    all.addAll(new LayerExperiments(settings, models, corpora, detail::show).all());
    return all;
  }

  private ObjectNode setup(ReportModels models, List<ReportCorpus> corpora) {
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("command", command());
    json.put("date", LocalDate.now(ZoneOffset.UTC).toString());
    json.put("cpu", Cpu.detect().name());
    json.put("processors", Runtime.getRuntime().availableProcessors());
    json.put("batch", batching.batch()).put("threads", batching.threads());
    json.put("seed", seed).put("fitTokens", fitTokens).put("experts", experts);
    json.put("dense", name(ModelBundle.of(dense)));
    json.put("model", name(models.bundle("after")));
    corpora.forEach(each -> json.withObject("/sentences").put(each.name(), each.sources().size()));
    return json;
  }

  private static String name(ModelBundle bundle) {
    return bundle.name() + ", version " + bundle.version();
  }

  /** Results of other settings must not be mixed with these. */
  private void requireSame(ResultFiles files) {
    String before = files.read("setup").path("command").asText(command());
    if (!fresh && !before.equals(command())) {
      throw new ExitException(
          2,
          work + " holds results of another run: give --fresh or another --work; it was " + before,
          null);
    }
  }

  private String command() {
    return "./sluice model report --data "
        + data
        + " --dense "
        + dense
        + (model == null ? "" : " --model " + model.getFileName())
        + (limit == null ? "" : " --limit " + limit)
        + " --fit-tokens "
        + fitTokens
        + " --experts "
        + experts
        + " --rounds "
        + rounds
        + " --seed "
        + seed;
  }

  private static void say(PrintWriter err, String line) {
    err.println(line);
    err.flush();
  }
}
