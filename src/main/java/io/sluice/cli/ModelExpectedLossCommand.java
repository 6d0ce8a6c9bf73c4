package io.sluice.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.control.ServiceLadder;
import io.sluice.control.ladder.LadderFile;
import io.sluice.engine.TransformerTranslator;
import io.sluice.quality.ExpectedLossFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Fits what the levels of the ladder lose. */
@Command(
    name = "expected-loss",
    description = {
      "Fits how far the texts of every level are from those at full quality (chrF distance), by"
          + " length and by what the routers left out, and shows how well that predicts held-out"
          + " text.",
      "Run it after model ladder; results carry the prediction as quality.expectedLoss."
    },
    footerHeading = "%nExample:%n",
    footer =
        "  ./sluice model expected-loss --data ../shared/data%n"
            + "      --output src/main/resources/model/en-de/"
            + ExpectedLossFile.NAME)
public final class ModelExpectedLossCommand implements Callable<Integer> {
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
      names = "--ladder-file",
      paramLabel = "FILE",
      description = "Levels (model ladder); default: those of the model.")
  private Path ladderFile;

  @Option(
      names = "--sentences",
      paramLabel = "N",
      defaultValue = "200",
      description =
          "Sentences of each corpus, direction and half: six times as many are fitted, and as many"
              + " judged.")
  private int sentences;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description =
          "Where the fit goes; default: "
              + ExpectedLossFile.NAME
              + ", of a ladder that narrows the search "
              + ExpectedLossFile.ALL
              + ".")
  private Path output;

  @Override
  public Integer call() throws IOException {
    if (sentences < 1) {
      throw new ExitException(2, "--sentences must be at least 1, is " + sentences, null);
    }
    PrintWriter err = spec.commandLine().getErr();
    ServiceLadder ladder = ControlFiles.ladder(ladderFile, model.bundle(), LadderFile.NAME);
    ControlFiles.checkBeam(ladder, model.beam());
    if (output == null) {
      output = Path.of(ladder.narrows() ? ExpectedLossFile.ALL : ExpectedLossFile.NAME);
    }
    if (ladder.lowest() == 0) {
      throw new ExitException("the ladder has no level with fewer experts");
    }
    ExpectedLossRun.Result result;
    try (TransformerTranslator translator = model.load()) {
      result =
          new ExpectedLossRun(
                  translator, ladder, new CalibrationData(data, sentences), batching, err::println)
              .run();
    }
    ObjectNode json = ExpectedLossReport.json(result);
    json.put("model", model.bundle().name() + " " + model.bundle().version());
    json.put("ladder", ladderFile == null ? LadderFile.NAME : ladderFile.getFileName().toString());
    Files.writeString(
        output,
        new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n");
    PrintWriter out = spec.commandLine().getOut();
    out.print(ExpectedLossReport.tables(result));
    out.flush();
    err.println("wrote " + output);
    return 0;
  }
}
