package io.sluice.cli;

import io.sluice.checkpoint.CheckpointException;
import io.sluice.checkpoint.ModelBundle;
import io.sluice.moefy.RandomModel;
import io.sluice.shortlist.Shortlist;
import io.sluice.shortlist.ShortlistFile;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A random model of a large one's shape, for speed and memory. */
@Command(
    name = "random",
    description = {
      "Writes a random model of a given shape, for speed and memory only: its translations mean"
          + " nothing.",
      "The shape of NLLB-200-distilled-600M takes 2.5 GB on disk as float32 and 1.3 GB as bfloat16;"
          + " to load it give Java more memory than the default: SLUICE_JAVA_OPTS=-Xmx5g."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./sluice model random --like nllb-600m --out random-600m",
      "  ./sluice model random --like nllb-600m --layers 2 --vocabulary 20000 --out small"
    })
public final class ModelRandomCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--like",
      paramLabel = "nllb-600m",
      defaultValue = "nllb-600m",
      description = "Shape to begin with; the options below change it.")
  private String like;

  @Option(names = "--out", paramLabel = "DIR", required = true, description = "The new bundle.")
  private Path out;

  @Option(names = "--layers", paramLabel = "L", description = "Layers of encoder and of decoder.")
  private Integer layers;

  @Option(names = "--width", paramLabel = "D", description = "Model width.")
  private Integer width;

  @Option(names = "--hidden", paramLabel = "F", description = "Neurons of a feed-forward layer.")
  private Integer hidden;

  @Option(names = "--heads", paramLabel = "H", description = "Attention heads.")
  private Integer heads;

  @Option(
      names = "--vocabulary",
      paramLabel = "V",
      description = "Words; not less than those of the bundled tokenizer.")
  private Integer vocabulary;

  @Option(
      names = "--experts",
      paramLabel = "N",
      description = "Experts of each layer, with random routers; 1: not cut.")
  private Integer experts;

  @Option(
      names = "--type",
      paramLabel = "f32|bf16",
      defaultValue = "f32",
      description = "How the weights are stored.")
  private String type;

  @Option(names = "--seed", paramLabel = "S", defaultValue = "1", description = "Random seed.")
  private long seed;

  @Override
  public Integer call() {
    RandomModel model = model();
    ProgressLine progress = new ProgressLine(spec.commandLine().getErr());
    ModelBundle bundled = ModelBundle.bundled();
    try {
      model.write(out, bundled, progress::show);
      shortlist(bundled);
    } catch (CheckpointException | IllegalArgumentException e) {
      throw new ExitException(e.getMessage(), e);
    } catch (IOException | UncheckedIOException e) {
      throw new ExitException("cannot write " + out + ": " + e.getMessage(), e);
    }
    spec.commandLine().getErr().println("wrote " + out);
    return 0;
  }

  private RandomModel model() {
    if (!like.equals("nllb-600m")) {
      throw new ExitException(2, "--like must be nllb-600m, is '" + like + "'", null);
    }
    if (!type.equals("f32") && !type.equals("bf16")) {
      throw new ExitException(2, "--type must be f32 or bf16, is '" + type + "'", null);
    }
    RandomModel shape = RandomModel.NLLB_600M;
    try {
      return new RandomModel(
          width == null ? shape.width() : width,
          hidden == null ? shape.hidden() : hidden,
          layers == null ? shape.encoderLayers() : layers,
          layers == null ? shape.decoderLayers() : layers,
          heads == null ? shape.heads() : heads,
          vocabulary == null ? shape.vocabulary() : vocabulary,
          experts == null ? shape.experts() : experts,
          type.equals("bf16"),
          seed);
    } catch (IllegalArgumentException e) {
      throw new ExitException(2, e.getMessage(), e);
    }
  }

  /** The bundled list: the first ids of the larger vocabulary are the same pieces. */
  private void shortlist(ModelBundle bundled) throws IOException {
    Optional<InputStream> found = bundled.find(ShortlistFile.NAME);
    if (found.isEmpty()) {
      return;
    }
    try (InputStream in = found.get();
        OutputStream file =
            new BufferedOutputStream(Files.newOutputStream(out.resolve(ShortlistFile.NAME)))) {
      Shortlist list = ShortlistFile.read(in);
      int words = ModelBundle.of(out).json("config.json").path("vocab_size").asInt();
      ShortlistFile.write(list.withVocabulary(words), file);
    }
  }
}
