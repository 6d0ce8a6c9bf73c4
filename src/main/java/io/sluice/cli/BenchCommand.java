package io.sluice.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.embedded.EmbeddedCluster;
import io.sluice.engine.TransformerTranslator;
import io.sluice.simulation.MeasuredService;
import io.sluice.simulation.Trace;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Load against the application on an embedded broker, with the engine alone beside it. */
@Command(
    name = "bench",
    description = {
      "Sends a trace through an embedded broker and measures it.",
      "burst: all records at once, beside the same lines through the engine alone (as translate"
          + " does). steady: a fixed rate. Both at one number of experts.",
      "The traces of simulate, or a file of seconds,rate: records at that rate, in shares of what"
          + " full quality can take, which is measured before each run; several laws take turns."
          + " Figures mean what they mean in simulate, and come from result records and control"
          + " events."
    },
    footerHeading = "%nExample:%n",
    footer =
        "  ./sluice bench --trace burst --records 5000%n"
            + "  ./sluice bench --trace steady --rate 20 --records 600%n"
            + "  ./sluice bench --trace step --law model,fixed --seconds 40 --json")
public final class BenchCommand implements Callable<Integer> {
  private static final String BURST = "burst";
  private static final String STEADY = "steady";

  @Spec private CommandSpec spec;
  @Mixin private ModelOptions model;
  @Mixin private ExpertOptions experts;
  @Mixin private BatchOptions batching;
  @Mixin private ControlOptions control;
  @Mixin private TraceOptions traces;

  @Option(
      names = "--trace",
      paramLabel = "burst|steady|step|ramp|spike|diurnal|calm|FILE",
      required = true,
      description = "Shape of the load.")
  private String trace;

  @Option(
      names = "--records",
      paramLabel = "N",
      defaultValue = "1000",
      description =
          "Records of burst and steady, and of each rate that is measured before a trace.")
  private int records;

  @Option(
      names = "--rate",
      paramLabel = "R",
      defaultValue = "20",
      description = "Records a second of the steady trace.")
  private double rate;

  @Option(
      names = "--source",
      paramLabel = "FILE",
      description = "English sentences, one a line, may be gzipped; default: the demo's.")
  private Path source;

  @Option(
      names = "--capacity",
      paramLabel = "R",
      description = "Records a second that count as 1 in a trace; default: measured.")
  private Double capacity;

  @Option(
      names = "--warm-up",
      paramLabel = "SECONDS",
      defaultValue = "180",
      description =
          "How long at most the application works before its rates are measured for a trace: until"
              + " Java's compilers are quiet. Default: ${DEFAULT-VALUE}.")
  private double warmUp;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "1",
      description = "How often each law has its turn.")
  private int rounds;

  @Option(
      names = "--csv",
      paramLabel = "FILE",
      description =
          "One line for each second of each run of a trace, and of the same run simulated.")
  private Path csv;

  @Option(names = "--json", description = "One JSON object, for traces one for each law.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    if (records < 1 || !(rate > 0)) {
      throw new ExitException(2, "--records and --rate must be positive", null);
    }
    if (!trace.equals(BURST) && !trace.equals(STEADY)) {
      return compareLaws();
    }
    if (control.asked() || csv != null) {
      throw new ExitException(
          2, "burst and steady run at one number of experts: no --law and no --csv", null);
    }
    print(oneLevel());
    return 0;
  }

  private int compareLaws() throws Exception {
    if (experts.given() || rounds < 1 || !(warmUp >= 0) || (capacity != null && !(capacity > 0))) {
      throw new ExitException(
          2,
          "a trace takes --law fixed:K in place of --experts; --rounds and --capacity are positive,"
              + " --warm-up is not negative",
          null);
    }
    List<String> laws = control.severalLaws();
    laws.forEach(law -> ExpertControl.of(control.under(law), experts, model.bundle()));
    var unused = checked(traces.trace(trace, () -> 1));
    Path stateDir = Files.createTempDirectory("sluice-bench-");
    try (PrintWriter seconds =
            new PrintWriter(
                csv == null ? Writer.nullWriter() : Files.newBufferedWriter(csv), true);
        TransformerTranslator translator = model.load();
        EmbeddedCluster cluster = EmbeddedCluster.start()) {
      seconds.println(TraceBench.SECONDS_HEADING);
      Consumer<String> progress = spec.commandLine().getErr()::println;
      BenchApplications applications =
          new BenchApplications(
              cluster,
              translator,
              model.bundle(),
              control,
              experts,
              batching,
              BenchText.lines(source),
              stateDir);
      TraceBench bench = new TraceBench(applications, batching, progress, seconds::println);
      if (capacity == null) {
        try (ServiceBench service = new ServiceBench(applications, batching, records, progress)) {
          ServiceBench.Measured measured = service.measure(warmUp);
          double full = measured.service().recordsPerSecond();
          compare(
              bench,
              laws,
              full,
              () -> traces.absolute(trace) ? new ServiceBench.Now(full, 1) : service.now(measured),
              Optional.of(measured));
        }
      } else {
        compare(bench, laws, capacity, () -> new ServiceBench.Now(capacity, 1), Optional.empty());
      }
    } finally {
      StateDirectories.delete(stateDir);
    }
    return 0;
  }

  private void compare(
      TraceBench bench,
      List<String> laws,
      double full,
      TraceBench.CapacityNow now,
      Optional<ServiceBench.Measured> measured)
      throws Exception {
    Trace load = traces.trace(trace, () -> full);
    for (ObjectNode row : bench.compare(load, laws, now, measured, traces.seed(), rounds)) {
      row.put("capacityRecordsPerSecond", Math.round(full * 10) / 10.0);
      measured.ifPresent(each -> row.set(MeasuredService.FIELD, each.service().json()));
      row.set("realOverSimulated", ratios(row, row.path("simulated")));
      print(row);
    }
  }

  private static ObjectNode ratios(JsonNode real, JsonNode simulated) {
    ObjectNode ratios = new ObjectMapper().createObjectNode();
    for (String figure : List.of("p99Millis", "meanLevel")) {
      double divisor = simulated.path(figure).asDouble();
      if (divisor > 0) {
        ratios.put(figure, Math.round(real.path(figure).asDouble() / divisor * 1000) / 1000.0);
      }
    }
    return ratios;
  }

  private static Trace checked(Trace load) {
    if (!load.disturbances().isEmpty()) {
      throw new ExitException(
          2, load.name() + " disturbs the sensor, which can be simulated only", null);
    }
    return load;
  }

  private ObjectNode oneLevel() throws Exception {
    OneLevelBench bench = new OneLevelBench(model, experts, batching);
    List<String> lines = lines();
    ObjectNode figures = trace.equals(BURST) ? bench.burst(lines) : bench.steady(lines, rate);
    ObjectNode row = new ObjectMapper().createObjectNode().put("trace", trace);
    row.setAll(figures);
    return row;
  }

  private List<String> lines() throws IOException {
    List<String> text;
    if (source == null) {
      try (TextLines lines =
          TextLines.of(BenchCommand.class.getResourceAsStream("/demo/sentences.en.txt"))) {
        text = lines.rest();
      }
    } else {
      text = TextLines.readAll(source);
    }
    List<String> repeated = new ArrayList<>();
    for (int i = 0; i < records; i++) {
      repeated.add(text.get(i % text.size()));
    }
    return repeated;
  }

  private void print(ObjectNode row) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(row);
    } else {
      row.properties()
          .forEach(
              field ->
                  out.printf(
                      "%-28s %s%n",
                      field.getKey(),
                      field.getValue().isValueNode()
                          ? field.getValue().asText()
                          : field.getValue().toString()));
      out.printf("%-28s %d, %d workers%n%n", "batch", batching.batch(), batching.threads());
    }
    out.flush();
  }
}
