package io.sluice.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.control.ServiceLadder;
import io.sluice.control.TimeTable;
import io.sluice.control.law.ControlLaw;
import io.sluice.simulation.Figures;
import io.sluice.simulation.LawComparison;
import io.sluice.simulation.MeasuredService;
import io.sluice.simulation.Pipeline;
import io.sluice.simulation.Second;
import io.sluice.simulation.Simulation;
import io.sluice.simulation.SimulationFit;
import io.sluice.simulation.SimulationPlot;
import io.sluice.simulation.Trace;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The controller under a load, on a virtual clock. */
@Command(
    name = "simulate",
    description = {
      "Runs sensor, law, service ladder and batching under a load, on a virtual clock, with"
          + " a table of times in place of the model; what is printed says where times and ladder"
          + " come from. Those that come with the program were measured on one machine.",
      "Traces are in shares of what the application can do at full quality; of a file (CSV:"
          + " seconds,rate) the rates are records a second, unless --load sets its peak."
    },
    footerHeading = "%nExample:%n",
    footer =
        "  ./sluice simulate --trace step --law model --seed 1 --json%n"
            + "  ./sluice simulate --trace spike --law threshold --plot spike.png%n"
            + "  ./sluice simulate --all --output docs/control.md")
public final class SimulateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private BundleOption bundle;
  @Mixin private ControlOptions control;
  @Mixin private TraceOptions traces;

  @Option(
      names = "--trace",
      paramLabel = "step|ramp|spike|diurnal|stuck|calm|FILE",
      description = "The load.")
  private String trace;

  @Option(
      names = "--instances",
      paramLabel = "N",
      defaultValue = "1",
      description = "Instances of the application.")
  private int instances;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      description = "Partitions of the requests topic; default: 4 for each instance.")
  private Integer partitions;

  @Option(
      names = "--measured",
      paramLabel = "FILE",
      description =
          "What bench --trace --json has printed: as fast as the application was there, with broker"
              + " and clients on its processors. Default: as fast as the table says.")
  private Path measured;

  @Option(names = "--json", description = "One JSON object.")
  private boolean json;

  @Option(names = "--csv", paramLabel = "FILE", description = "One line for each second.")
  private Path csv;

  @Option(names = "--plot", paramLabel = "FILE.png", description = "The run as a picture.")
  private Path plot;

  @Option(
      names = "--all",
      description =
          "Every trace under every law, the threshold law tuned on them, against what is to be"
              + " shown: a page of Markdown.")
  private boolean all;

  @Option(
      names = "--draws",
      paramLabel = "N",
      defaultValue = "5",
      description =
          "With --all: draws of arrivals and sentences, from --seed on; figures are means. Default:"
              + " ${DEFAULT-VALUE}.")
  private int draws;

  @Option(names = "--output", paramLabel = "FILE.md", description = "Where --all writes its page.")
  private Path output;

  @Override
  public Integer call() throws IOException {
    ServiceLadder ladder = control.ladder(bundle.bundle());
    TimeTable times = control.times();
    PrintWriter out = spec.commandLine().getOut();
    Simulation simulation = simulation(ladder, times);
    if (all) {
      compare(simulation, times, out);
      return 0;
    }
    if (trace == null) {
      throw new ExitException(2, "--trace or --all must be given", null);
    }
    Supplier<ControlLaw> law = control.laws(ladder);
    Trace loaded = traces.trace(trace, () -> simulation.capacity(traces.seed()));
    Simulation.Run run = simulation.run(loaded, control.law(), law, traces.seed());
    if (csv != null) {
      List<String> lines = new ArrayList<>(List.of(Second.HEADING));
      run.seconds().forEach(second -> lines.add(second.line()));
      Files.write(csv, lines);
    }
    if (plot != null) {
      SimulationPlot.write(run.seconds(), loaded.name() + ", law " + control.law(), plot);
    }
    print(out, run.figures());
    return 0;
  }

  private void compare(Simulation simulation, TimeTable times, PrintWriter out) throws IOException {
    if (draws < 1) {
      throw new ExitException(2, "--draws must be at least 1", null);
    }
    ProgressBar bar = new ProgressBar(spec.commandLine().getErr());
    int runs = LawComparison.runs(simulation, control.objective());
    LawComparison comparison =
        LawComparison.of(
            simulation,
            control.objective(),
            control.drain(),
            traces.seed(),
            draws,
            done -> bar.show(done, runs));
    Optional<LawComparison.Wider> whole =
        control
            .unaskedWholeLadder(bundle.bundle())
            .filter(ladder -> measured == null) // that is of the other ladder's search
            .map(ladder -> comparison.onLadder(simulation(ladder, times), traces.seed()));
    List<String> arguments = spec.root().commandLine().getParseResult().originalArgs();
    String page =
        ControlPage.markdown(
            comparison,
            whole,
            "./sluice " + String.join(" ", arguments),
            LocalDate.now(ZoneId.systemDefault()),
            control.origins(bundle.bundle()));
    if (output == null) {
      out.print(page);
      out.flush();
    } else {
      Files.writeString(output, page);
    }
  }

  private void print(PrintWriter out, Figures figures) {
    ObjectNode all = figures.json();
    control.origins(bundle.bundle()).forEach(all::put);
    if (json) {
      out.println(all);
      return;
    }
    all.properties()
        .forEach(field -> out.printf("%-28s %s%n", field.getKey(), field.getValue().asText()));
  }

  private Simulation simulation(ServiceLadder ladder, TimeTable times) {
    if (measured == null) {
      return new Simulation(pipeline(), ladder, times);
    }
    try {
      MeasuredService service = MeasuredService.read(ControlFiles.json(measured));
      return SimulationFit.of(service, pipeline(), ladder, times, traces.seed());
    } catch (IllegalArgumentException e) {
      throw new ExitException(2, measured + ": " + e.getMessage(), e);
    }
  }

  private Pipeline pipeline() {
    try {
      return Pipeline.of(instances, partitions == null ? 4 * instances : partitions);
    } catch (IllegalArgumentException e) {
      throw new ExitException(2, e.getMessage(), e);
    }
  }
}
