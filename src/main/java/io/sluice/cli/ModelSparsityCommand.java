package io.sluice.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.checkpoint.CheckpointException;
import io.sluice.checkpoint.ModelBundle;
import io.sluice.cli.SparsityReport.Teacher;
import io.sluice.domain.LanguagePair;
import io.sluice.domain.RejectedException;
import io.sluice.model.Transformer;
import io.sluice.model.TransformerLoader;
import io.sluice.tensor.Nd4jBackend;
import io.sluice.text.Tokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How sparse the feed-forward layers of a model are. */
@Command(
    name = "sparsity",
    description = {
      "Measures how many feed-forward neurons are active, by layer.",
      "The decoder runs twice: fed the tokens of --target (teacher-forced; without --target those"
          + " of its own greedy output), and fed its own tokens (free-running, greedy). The"
          + " encoder sees the same in both."
    },
    footerHeading = "%nExample:%n",
    footer =
        "  ./sluice model sparsity --source test.en.gz --target test.de.gz --plot sparsity.png")
public final class ModelSparsityCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--source",
      paramLabel = "FILE",
      required = true,
      description = "Text to translate, one sentence a line; may be gzipped.")
  private Path source;

  @Option(
      names = "--target",
      paramLabel = "FILE",
      description = "Its human translation, line by line; may be gzipped.")
  private Path target;

  @Option(
      names = "--from",
      paramLabel = "LANGUAGE",
      defaultValue = "en",
      description = "Source language, BCP-47; default: en.")
  private String from;

  @Option(
      names = "--to",
      paramLabel = "LANGUAGE",
      defaultValue = "de",
      description = "Target language, BCP-47; default: de.")
  private String to;

  @Option(
      names = "--model",
      paramLabel = "DIR",
      description = "ReLU model in the Hugging Face layout; default: the bundled one.")
  private Path directory;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Take the first N lines only; default: all.")
  private Integer limit;

  @Option(
      names = "--batch",
      paramLabel = "B",
      defaultValue = "256",
      description = "Sentences decoded together; batches that come together are no larger.")
  private int batch;

  @Option(
      names = "--json",
      description = "One JSON object, shares from 0 to 1, a list entry for each layer and run.")
  private boolean json;

  @Option(
      names = "--plot",
      paramLabel = "FILE",
      description = "Draws inactive neurons by layer and active neurons by batch, PNG.")
  private Path plot;

  @Override
  public Integer call() {
    LanguagePair languages = checked();
    List<String> sources = TextLines.readAll(source);
    List<String> targets = target == null ? null : TextLines.readAll(target);
    if (targets != null && targets.size() != sources.size()) {
      throw new ExitException(
          "source and target must have the same number of lines; they have %d and %d"
              .formatted(sources.size(), targets.size()));
    }
    ModelBundle bundle = bundle();
    ObjectNode description = new ObjectMapper().createObjectNode();
    SparsityReport report =
        measure(bundle, languages, limited(sources), limited(targets), description);
    print(report, description);
    if (plot != null) {
      draw(report, description.path("model").asText());
    }
    return 0;
  }

  private LanguagePair checked() {
    if (limit != null && limit < 1) {
      throw new ExitException(2, "--limit must be at least 1, is " + limit, null);
    }
    if (batch < 1) {
      throw new ExitException(2, "--batch must be at least 1, is " + batch, null);
    }
    if (plot != null && !Files.isDirectory(plot.toAbsolutePath().getParent())) {
      throw new ExitException("cannot write " + plot + ": there is no such folder");
    }
    try {
      return LanguagePair.of(from, to);
    } catch (RejectedException e) {
      throw new ExitException(2, "--from, --to: " + e.getMessage(), e);
    }
  }

  /** The first lines, or all if there are no more; null stays null. */
  private List<String> limited(List<String> lines) {
    return lines == null || limit == null || lines.size() <= limit
        ? lines
        : lines.subList(0, limit);
  }

  private ModelBundle bundle() {
    try {
      return directory == null ? ModelBundle.bundled() : ModelBundle.of(directory);
    } catch (CheckpointException e) {
      throw new ExitException(e.getMessage(), e);
    }
  }

  private SparsityReport measure(
      ModelBundle bundle,
      LanguagePair languages,
      List<String> sources,
      List<String> targets,
      ObjectNode description) {
    Progress progress = new Progress(spec.commandLine().getErr(), "measured");
    try (InputStream tokenizerJson = bundle.open("tokenizer.json");
        Tokenizer tokenizer = Tokenizer.read(tokenizerJson)) {
      SparsityText text = text(sources, targets, tokenizer, languages);
      try (Transformer model = TransformerLoader.load(bundle, new Nd4jBackend())) {
        description.put("model", bundle.toString());
        description.put("digest", "sha256:" + model.digest());
        description.put("from", languages.source());
        description.put("to", languages.target());
        OutputLengths lengths = OutputLengths.read(bundle, model.config());
        int language = tokenizer.targetLanguageId(languages.target());
        return new SparsityRun(model, lengths, language, batch).run(text, progress::at);
      }
    } catch (CheckpointException e) {
      throw new ExitException(e.getMessage(), e);
    } catch (IOException e) {
      throw new ExitException("cannot read the tokenizer of the model " + bundle, e);
    }
  }

  private static SparsityText text(
      List<String> sources, List<String> targets, Tokenizer tokenizer, LanguagePair languages) {
    SparsityText text;
    try {
      text = SparsityText.of(sources, targets, tokenizer, languages);
    } catch (RejectedException e) {
      throw new ExitException(2, "--from, --to: " + e.getMessage(), e);
    }
    if (text.sentences().isEmpty()) {
      throw new ExitException("nothing to measure: no line has a sentence to translate");
    }
    return text;
  }

  private void print(SparsityReport report, ObjectNode description) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(description.setAll(SparsityJson.of(report)));
      return;
    }
    out.printf(
        "model %s, %s to %s, %d sentences, %d lines skipped%n",
        description.path("model").asText(),
        description.path("from").asText(),
        description.path("to").asText(),
        report.sentences(),
        report.skipped());
    out.println(
        "teacher-forced: the decoder is fed "
            + (report.teacher() == Teacher.REFERENCE
                ? "the reference"
                : "its own greedy output, so it does the same as free-running; --target is missing"));
    out.println();
    out.print(SparsityTable.of(report));
    out.flush();
  }

  private void draw(SparsityReport report, String title) {
    try {
      SparsityPlot.write(report, title, plot);
    } catch (IOException e) {
      throw new ExitException("cannot write " + plot, e);
    }
    spec.commandLine().getErr().println("wrote " + plot);
  }
}
