package io.sluice.cli;

import io.sluice.checkpoint.CheckpointException;
import io.sluice.checkpoint.ModelBundle;
import io.sluice.domain.LanguagePair;
import io.sluice.moe.partition.PartitionMethod;
import io.sluice.moefy.Moefier;
import io.sluice.moefy.MoefyOptions;
import io.sluice.moefy.ParallelText;
import io.sluice.tensor.Nd4jBackend;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes an expert bundle. */
@Command(
    name = "moefy",
    description = {
      "Cuts the feed-forward layers of a dense model into experts, trains routers, learns plans and "
          + "measures means over text, and writes an expert bundle. With all experts it translates "
          + "as the dense model does."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./sluice model moefy --data ../shared/data --out expert-model",
      "  ./sluice model eval --model expert-model --experts 8,16,all --source F --target F",
      "",
      "For a finetuned model whose neurons lie expert by expert already:",
      "  ./sluice model moefy --model tuned --keep-partition --data ../shared/data --out expert-model"
    })
public final class ModelMoefyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--model",
      paramLabel = "DIR",
      description = "Model in the Hugging Face layout; default: the bundled one.")
  private Path directory;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Folder of corpora, each with train.en.gz and train.de.gz.")
  private Path data;

  @Option(
      names = "--source",
      paramLabel = "FILE",
      description = "Instead of --data: a text, one sentence a line; may be gzipped; repeatable.")
  private List<Path> sources = new ArrayList<>();

  @Option(names = "--target", paramLabel = "FILE", description = "Its translation; repeatable.")
  private List<Path> targets = new ArrayList<>();

  @Option(
      names = "--from",
      paramLabel = "LANGUAGE",
      defaultValue = "en",
      description = "Language of the sources; both directions are used.")
  private String from;

  @Option(
      names = "--to",
      paramLabel = "LANGUAGE",
      defaultValue = "de",
      description = "Language of the targets.")
  private String to;

  @Option(names = "--out", paramLabel = "DIR", required = true, description = "The new bundle.")
  private Path out;

  @Option(
      names = "--experts",
      paramLabel = "N",
      defaultValue = "32",
      description = "Experts of each decoder layer.")
  private int experts;

  @Option(
      names = "--encoder-experts",
      paramLabel = "N",
      defaultValue = "32",
      description = "Experts of each encoder layer.")
  private int encoderExperts;

  @Option(
      names = "--method",
      paramLabel = "NAME",
      defaultValue = "co-activation-cosine",
      description = {
        "How layers are cut: ${COMPLETION-CANDIDATES}; the cut is then refined, except random."
      },
      completionCandidates = Methods.class)
  private String method;

  @Option(
      names = "--keep-partition",
      description = {
        "The neurons lie expert by expert already: fit routers, plans and means only, to the"
            + " elastic weights where the model has some, which stay as they are."
      })
  private boolean keepPartition;

  @Option(
      names = "--keep-plans",
      description = "With --keep-partition: keep the plans of the model as well.")
  private boolean keepPlans;

  @Option(
      names = "--cut-only",
      description = "Only put the neurons of experts side by side; the model stays dense.")
  private boolean cutOnly;

  @Option(
      names = "--always",
      paramLabel = "K",
      defaultValue = "0",
      description = "Decoder experts, hottest first, that run in every mode; they count.")
  private int always;

  @Option(
      names = "--plans",
      paramLabel = "P",
      defaultValue = "8",
      description = "Plans of each decoder layer; 0: none.")
  private int plans;

  @Option(
      names = "--gate-width",
      paramLabel = "H",
      defaultValue = "128",
      description = "Hidden width of the routers.")
  private int gateWidth;

  @Option(
      names = "--fit-tokens",
      paramLabel = "T",
      defaultValue = "200000",
      description = "Target tokens that routers, plans and means are fitted to.")
  private long fitTokens;

  @Option(
      names = "--epochs",
      paramLabel = "E",
      defaultValue = "8",
      description = "Epochs of the routers' training.")
  private int epochs;

  @Option(names = "--seed", paramLabel = "S", defaultValue = "1", description = "Random seed.")
  private long seed;

  @Option(
      names = "--cut-tokens",
      paramLabel = "T",
      defaultValue = "60000",
      description = "Target tokens that the cut looks at.")
  private long cutTokens;

  @Override
  public Integer call() {
    PrintWriter err = spec.commandLine().getErr();
    Hardware.load(DeviceChoice.Request.CPU);
    try {
      ModelBundle bundle = directory == null ? ModelBundle.bundled() : ModelBundle.of(directory);
      Moefier moefier =
          new Moefier(bundle, texts(), options(), Nd4jBackend::new, new ProgressLine(err)::show);
      if (moefier.leavesElasticWeightsOut()) {
        err.println(
            "the elastic weights of the model are left out: they are for the experts that it has,"
                + " and the new bundle has others (--keep-partition keeps both)");
      }
      if (cutOnly) {
        moefier.writeCut(out);
      } else {
        spec.commandLine().getOut().print(MoefySummary.of(moefier.write(out, keepPlans)));
        spec.commandLine().getOut().flush();
      }
    } catch (IllegalArgumentException e) {
      throw new ExitException(2, e.getMessage(), e);
    } catch (CheckpointException | UncheckedIOException e) {
      throw new ExitException(e.getMessage(), e);
    }
    return 0;
  }

  private MoefyOptions options() {
    if (keepPlans && !keepPartition || cutOnly && keepPartition) {
      throw new ExitException(
          2, "--keep-plans needs --keep-partition, and --cut-only does not go with it", null);
    }
    try {
      return new MoefyOptions(
          experts,
          encoderExperts,
          always,
          plans,
          gateWidth,
          keepPartition ? null : PartitionMethod.of(method),
          seed,
          cutTokens,
          fitTokens,
          epochs);
    } catch (IllegalArgumentException e) {
      throw new ExitException(2, e.getMessage(), e);
    }
  }

  private List<ParallelText> texts() {
    if ((data == null) == sources.isEmpty() || sources.size() != targets.size()) {
      throw new ExitException(
          2, "give either --data, or --source and --target as often as each other", null);
    }
    LanguagePair languages = new LanguagePair(from, to);
    List<ParallelText> forward = new ArrayList<>();
    try {
      if (data != null) {
        forward.addAll(ParallelText.corpora(data, languages));
      }
      for (int i = 0; i < sources.size(); i++) {
        forward.add(ParallelText.read(sources.get(i), targets.get(i), languages));
      }
    } catch (IllegalArgumentException | UncheckedIOException e) {
      throw new ExitException(e.getMessage(), e);
    }
    List<ParallelText> both = new ArrayList<>(forward);
    forward.forEach(text -> both.add(text.reversed()));
    return both;
  }

  /** Names of the ways to cut, for the help text. */
  private static final class Methods extends ArrayList<String> {
    private static final long serialVersionUID = 1;

    Methods() {
      Arrays.stream(PartitionMethod.values()).map(PartitionMethod::label).forEach(this::add);
    }
  }
}
