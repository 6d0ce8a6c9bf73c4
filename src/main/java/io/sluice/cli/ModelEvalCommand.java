package io.sluice.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.domain.LanguagePair;
import io.sluice.engine.LineTranslator;
import io.sluice.engine.TransformerTranslator;
import io.sluice.quality.Bleu;
import io.sluice.quality.Chrf;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** BLEU, chrF and speed on a parallel text. */
@Command(
    name = "eval",
    description = "Translates a file and compares it with a reference: BLEU (13a), chrF2, speed.",
    footerHeading = "%nExample:%n",
    footer =
        "  ./sluice model eval --source test.en.gz --reference test.de.gz --from en --to de --json")
public final class ModelEvalCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private LanguageOptions languages;
  @Mixin private ModelOptions model;
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
      names = "--hypotheses",
      paramLabel = "FILE",
      description = "Writes the translations here, one a line.")
  private Path hypotheses;

  @Option(names = "--json", description = "One JSON object for each number of experts.")
  private boolean json;

  private record Outcome(List<String> texts, double seconds, long tokens) {}

  @Override
  public Integer call() {
    LanguagePair pair = languages.pair();
    List<String> sources = TextLines.readAll(source);
    List<String> references = TextLines.readAll(reference);
    if (sources.size() != references.size() || sources.isEmpty()) {
      throw new ExitException(
          "source and reference must have the same number of lines, more than none; they have "
              + sources.size()
              + " and "
              + references.size());
    }
    try (TransformerTranslator translator = model.load();
        LineTranslator lines =
            new LineTranslator(translator, model.budget(), batching.batch(), batching.threads())) {
      Outcome outcome = translate(translator, lines, sources, pair);
      if (hypotheses != null) {
        write(outcome.texts);
      }
      print(outcome, references);
    }
    return 0;
  }

  private Outcome translate(
      TransformerTranslator translator,
      LineTranslator lines,
      List<String> sources,
      LanguagePair pair) {
    // one window to warm up: the first batches run in the interpreter
    lines.translate(sources.subList(0, Math.min(sources.size(), lines.windowSize() / 4)), pair);
    Progress progress = new Progress(spec.commandLine().getErr(), "translated");
    List<String> texts = new ArrayList<>();
    long tokens = 0;
    long started = System.nanoTime();
    for (int from = 0; from < sources.size(); from += lines.windowSize()) {
      List<String> window =
          sources.subList(from, Math.min(sources.size(), from + lines.windowSize()));
      for (LineTranslator.Line line : lines.run(window, pair)) {
        tokens += line.parts().stream().mapToLong(part -> part.statistics().tokens()).sum();
        texts.add(
            io.sluice.text.Lines.toOneLine(
                translator.assemble(line.prepared(), line.parts()).text()));
      }
      progress.at(texts.size());
    }
    return new Outcome(texts, (System.nanoTime() - started) / 1e9, tokens);
  }

  private void write(List<String> texts) {
    try {
      Files.write(hypotheses, texts);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + hypotheses, e);
    }
  }

  private void print(Outcome outcome, List<String> references) {
    List<List<String>> single = references.stream().map(List::of).toList();
    ObjectNode row = new ObjectMapper().createObjectNode();
    row.put("experts", 1);
    row.put("expertsTotal", 1);
    row.put("bleu", round(Bleu.corpus(outcome.texts, single), 2));
    row.put("chrf", round(Chrf.corpus(outcome.texts, single), 2));
    row.put("sentences", outcome.texts.size());
    row.put("seconds", round(outcome.seconds, 3));
    row.put("tokensPerSecond", round(outcome.tokens / outcome.seconds, 1));
    if (json) {
      spec.commandLine().getOut().println(row);
    } else {
      spec.commandLine()
          .getOut()
          .printf(
              Locale.ROOT,
              "experts all  BLEU %.2f  chrF2 %.2f  %d sentences in %.1f s, %.0f target tokens/s"
                  + " (batch %d, %d threads)%n",
              row.path("bleu").asDouble(),
              row.path("chrf").asDouble(),
              outcome.texts.size(),
              outcome.seconds,
              row.path("tokensPerSecond").asDouble(),
              batching.batch(),
              batching.threads());
    }
  }

  private static double round(double value, int digits) {
    double scale = Math.pow(10, digits);
    return Math.round(value * scale) / scale;
  }
}
