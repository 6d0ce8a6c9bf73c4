package io.sluice.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.checkpoint.CheckpointException;
import io.sluice.checkpoint.ModelBundle;
import io.sluice.domain.LanguagePair;
import io.sluice.domain.RejectedException;
import io.sluice.model.Transformer;
import io.sluice.model.TransformerLoader;
import io.sluice.moefy.ParallelText;
import io.sluice.moefy.RouterComparison;
import io.sluice.moefy.RouterReport;
import io.sluice.tensor.Nd4jBackend;
import io.sluice.text.Tokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How well routers choose experts. */
@Command(
    name = "routers",
    description = {
      "Compares ways to choose experts, by layer and number of experts.",
      "Every other sentence serves to fit means and routers, the others are measured. The neurons"
          + " of the model lie expert by expert; if it has no routers yet, only oracles and routers"
          + " without training are compared."
    },
    footerHeading = "%nExample:%n",
    footer = "  ./sluice model routers --model cut-model --source val.en.gz --target val.de.gz")
public final class ModelRoutersCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--model",
      paramLabel = "DIR",
      required = true,
      description = "Model in the Hugging Face layout, cut by model moefy.")
  private Path directory;

  @Option(
      names = "--source",
      paramLabel = "FILE",
      required = true,
      description = "A text, one sentence a line; may be gzipped; repeatable.")
  private List<Path> sources;

  @Option(
      names = "--target",
      paramLabel = "FILE",
      required = true,
      description = "Its translation, line by line; may be gzipped; repeatable.")
  private List<Path> targets;

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
      names = "--limit",
      paramLabel = "N",
      defaultValue = "600",
      description = "Lines of each text, from the first; default: 600.")
  private int limit;

  @Option(
      names = "--experts",
      paramLabel = "N",
      defaultValue = "32",
      description = "Experts of each decoder layer, if the model does not say; default: 32.")
  private int experts;

  @Option(
      names = "--encoder-experts",
      paramLabel = "N",
      defaultValue = "32",
      description = "Experts of each encoder layer, if the model does not say; default: 32.")
  private int encoderExperts;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Writes everything here, by layer; shares from 0 to 1.")
  private Path json;

  @Override
  public Integer call() {
    LanguagePair languages = checked();
    Hardware.load(DeviceChoice.Request.CPU);
    ObjectNode description = new ObjectMapper().createObjectNode();
    RouterReport report;
    try {
      report = compare(ModelBundle.of(directory), texts(languages), description);
    } catch (CheckpointException | IllegalArgumentException e) {
      throw new ExitException(e.getMessage(), e);
    } catch (IOException | java.io.UncheckedIOException e) {
      throw new ExitException("cannot read: " + e.getMessage(), e);
    }
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        "model %s, fitted to %d sentences, measured on %d others%n%n",
        directory, report.fittedSentences(), report.measuredSentences());
    out.print(RoutersTable.of(report));
    out.flush();
    if (json != null) {
      write(description, report);
    }
    return 0;
  }

  private LanguagePair checked() {
    if (limit < 2) {
      throw new ExitException(2, "--limit must be at least 2, is " + limit, null);
    }
    if (sources.size() != targets.size()) {
      throw new ExitException(2, "give --source and --target as often as each other", null);
    }
    try {
      return LanguagePair.of(from, to);
    } catch (RejectedException e) {
      throw new ExitException(2, "--from, --to: " + e.getMessage(), e);
    }
  }

  private List<ParallelText> texts(LanguagePair languages) {
    List<ParallelText> texts = new ArrayList<>();
    for (int i = 0; i < sources.size(); i++) {
      texts.add(ParallelText.read(sources.get(i), targets.get(i), languages));
    }
    return texts;
  }

  private RouterReport compare(ModelBundle bundle, List<ParallelText> texts, ObjectNode description)
      throws IOException {
    ProgressLine progress = new ProgressLine(spec.commandLine().getErr());
    try (InputStream tokenizerJson = bundle.open("tokenizer.json");
        Tokenizer tokenizer = Tokenizer.read(tokenizerJson);
        Transformer model = TransformerLoader.load(bundle, new Nd4jBackend())) {
      description.put("model", bundle.toString());
      description.put("digest", "sha256:" + model.digest());
      description.put("from", from).put("to", to);
      return new RouterComparison(bundle, model, experts, encoderExperts, progress::show)
          .compare(texts, limit, tokenizer);
    }
  }

  private void write(ObjectNode description, RouterReport report) {
    ObjectMapper mapper = new ObjectMapper();
    description.setAll(mapper.<ObjectNode>valueToTree(report));
    try {
      Files.write(json, mapper.writerWithDefaultPrettyPrinter().writeValueAsBytes(description));
    } catch (IOException e) {
      throw new ExitException("cannot write " + json, e);
    }
    spec.commandLine().getErr().println("wrote " + json);
  }
}
