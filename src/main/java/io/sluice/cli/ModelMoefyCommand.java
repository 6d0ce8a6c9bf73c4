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
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes an expert bundle. */
@Command(
    name = "moefy",
    description =
        "Puts the neurons of experts side by side; the model stays dense and translates the same.",
    footerHeading = "%nExample:%n",
    footer = "  ./sluice model moefy --data ../shared/data --out cut-model")
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
      description = "How layers are cut; the cut is then refined, except random.")
  private String method;

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
      moefier.writeCut(out);
    } catch (CheckpointException e) {
      throw new ExitException(e.getMessage(), e);
    }
    return 0;
  }

  private MoefyOptions options() {
    try {
      return new MoefyOptions(experts, encoderExperts, PartitionMethod.of(method), seed, cutTokens);
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
}
