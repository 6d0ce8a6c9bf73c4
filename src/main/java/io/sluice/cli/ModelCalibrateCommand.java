package io.sluice.cli;

import io.sluice.checkpoint.ModelBundle;
import io.sluice.engine.OutputWords;
import io.sluice.engine.TransformerTranslator;
import io.sluice.engine.TranslatorOptions;
import io.sluice.tensor.Nd4jBackend;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Fits the quality score of the bundled model. */
@Command(
    name = "calibrate",
    description = "Fits the quality score on validation halves and judges it on test halves.",
    footerHeading = "%nExample:%n",
    footer =
        "  ./sluice model calibrate --data ../shared/data --threads 2%n"
            + "      --output src/main/resources/model/en-de/calibration.json"
            + " --report docs/quality.md")
public final class ModelCalibrateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      required = true,
      description = "Folder with the corpora multi30k, tatoeba and software.")
  private Path data;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      defaultValue = "calibration.json",
      description = "Where the calibration goes.")
  private Path output;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "Where the report goes, Markdown; default: standard output.")
  private Path report;

  @Option(
      names = "--threads",
      paramLabel = "T",
      defaultValue = "1",
      description = "Workers that translate.")
  private int threads;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Take N sentences of each half only, for a trial; default: all.")
  private Integer limit;

  @Option(
      names = "--shortlist",
      paramLabel = "on|off|auto",
      defaultValue = "auto",
      description =
          "Calibrate with likely output words only; auto: as texts are translated, if the model has"
              + " a list of them.")
  private ShortlistUse shortlist;

  @Override
  public Integer call() {
    if (threads < 1) {
      throw new ExitException(2, "--threads must be at least 1", null);
    }
    if (limit != null && limit < 1) {
      throw new ExitException(2, "--limit must be at least 1", null);
    }
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    CalibrationData corpora = new CalibrationData(data, limit == null ? Integer.MAX_VALUE : limit);
    CalibrationRun.Result result;
    try (TransformerTranslator translator =
        TransformerTranslator.load(
            ModelBundle.bundled(),
            new Nd4jBackend(),
            TranslatorOptions.greedy("cpu/" + Cpu.detect().name())
                .withShortlist(
                    shortlist == ShortlistUse.ON
                        || (shortlist == ShortlistUse.AUTO
                            && OutputWords.available(ModelBundle.bundled()))))) {
      result = new CalibrationRun(translator, corpora, threads, err::println).run();
    }
    String markdown = QualityReport.markdown(result);
    try (OutputStream file = Files.newOutputStream(output)) {
      result.calibration().write(file);
    } catch (IOException e) {
      throw new ExitException("cannot write " + output, e);
    }
    if (report == null) {
      out.print(markdown);
      out.flush();
    } else {
      try {
        Files.writeString(report, markdown);
      } catch (IOException e) {
        throw new ExitException("cannot write " + report, e);
      }
    }
    err.println("wrote " + output + (report == null ? "" : " and " + report));
    return 0;
  }
}
