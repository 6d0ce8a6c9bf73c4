package io.sluice.cli;

import io.sluice.domain.ExpertBudget;
import io.sluice.domain.LanguagePair;
import io.sluice.domain.RejectedException;
import io.sluice.domain.Translation;
import io.sluice.engine.LineTranslator;
import io.sluice.engine.TransformerTranslator;
import io.sluice.text.Lines;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Standard input to standard output, one line out for each line in, without Kafka. */
@Command(
    name = "translate",
    description = "Translates standard input: exactly one line out for each line in.",
    footerHeading = "%nExample:%n",
    footer = "  printf 'A man is riding a bicycle.\\n' | ./sluice translate --from en --to de")
public final class TranslateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private LanguageOptions languages;
  @Mixin private ModelOptions model;
  @Mixin private ExpertOptions experts;
  @Mixin private BatchOptions batching;

  @picocli.CommandLine.Option(
      names = "--json",
      description = "One JSON object a line, with quality and routing.")
  private boolean json;

  @Override
  public Integer call() {
    LanguagePair pair = languages.pair();
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    TranslationJson writer = new TranslationJson();
    long count = 0;
    ExpertBudget budget = experts.budget(model.bundle());
    try (TransformerTranslator translator = model.load();
        LineTranslator translation =
            new LineTranslator(translator, budget, batching.batch(), batching.threads());
        TextLines lines = TextLines.of(System.in)) {
      translator.prepare("", pair); // an unserved direction is an error before the first line
      Progress progress = new Progress(err, "translated");
      long started = System.nanoTime();
      for (List<String> window = window(lines, translation.windowSize());
          !window.isEmpty();
          window = window(lines, translation.windowSize())) {
        for (Translation each : translation.translate(window, pair)) {
          out.print(json ? writer.of(each) : Lines.toOneLine(each.text()));
          out.print('\n');
        }
        out.flush();
        if (out.checkError()) {
          throw new ExitException("standard output is closed");
        }
        count += window.size();
        progress.at(count);
      }
      double seconds = (System.nanoTime() - started) / 1e9;
      err.printf(
          Locale.ROOT,
          "translated %d lines in %.1f s, %.0f lines/s (batch %d, %d threads)%n",
          count,
          seconds,
          count / Math.max(seconds, 1e-9),
          batching.batch(),
          batching.threads());
    } catch (RejectedException e) {
      throw new ExitException("line " + (count + 1) + " or a later one: " + e.getMessage(), e);
    }
    return 0;
  }

  /** Up to {@code size} lines, fewer if the next one would have to be waited for. */
  private static List<String> window(TextLines lines, int size) {
    List<String> window = new ArrayList<>();
    while (window.size() < size && (window.isEmpty() || lines.ready())) {
      String line = lines.next();
      if (line == null) {
        break;
      }
      window.add(line);
    }
    return window;
  }
}
