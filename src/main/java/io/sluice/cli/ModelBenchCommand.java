package io.sluice.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.cost.Arithmetic;
import io.sluice.cost.BatchRounds;
import io.sluice.cost.MachineRate;
import io.sluice.cost.MachineTimes;
import io.sluice.cost.TimesFit;
import io.sluice.domain.ExpertBudget;
import io.sluice.domain.LanguagePair;
import io.sluice.domain.Segment;
import io.sluice.engine.TransformerTranslator;
import java.io.IOException;
import java.io.PrintWriter;
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

/** What a batch costs on this machine. */
@Command(
    name = "bench",
    description = {
      "Measures the time of a decoder step, split into parts, by batch size and experts.",
      "Settings take turns; the medians count. It also fits the table of times that the controller"
          + " of experts reads, and keeps it for this machine."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./sluice model bench",
      "  ./sluice model bench --batches 1,32 --experts all,16 --routing token,static --json",
      "  ./sluice model bench --compare experts --experts all,16,8 --routing sentence --batches 32",
      "  ./sluice model bench --peers --onnx ../shared/peers/onnx --data ../shared/data",
    })
public final class ModelBenchCommand implements Callable<Integer> {
  private static final int RATE_ROUNDS = 20;
  private static final int PICTURE_ROUNDS = 3;
  private static final int PICTURE_SENTENCES = 128;

  @Spec private CommandSpec spec;
  @Mixin private ModelOptions model;

  @Option(
      names = "--batches",
      paramLabel = "B",
      split = ",",
      description =
          "Rows of a batch, several with commas; default: 1,4,8,16,32,64, with --peers and"
              + " --compare 1,32.")
  private List<Integer> batches = new ArrayList<>();

  @Option(
      names = "--experts",
      paramLabel = "K",
      split = ",",
      description =
          "Experts to run in each decoder layer, several with commas; default: all, half of them,"
              + " a quarter.")
  private List<String> experts = new ArrayList<>();

  @Option(
      names = "--encoder-experts",
      paramLabel = "K",
      split = ",",
      description =
          "Experts to run in each encoder layer, several with commas; default: all and half of"
              + " them.")
  private List<String> encoderExperts = new ArrayList<>();

  @Option(
      names = "--routing",
      paramLabel = "token|sentence|static|batch",
      split = ",",
      defaultValue = "sentence,static",
      description = "How experts are chosen, several with commas. Default: ${DEFAULT-VALUE}.")
  private List<String> routing;

  @Option(
      names = "--repeat",
      paramLabel = "N",
      description =
          "How often each setting is measured, after once to warm up; default: 3, with --peers and"
              + " --compare 10.")
  private Integer repeat;

  @Option(
      names = "--window",
      paramLabel = "N",
      defaultValue = "8",
      description =
          "Sentences that are handed over at once, as a multiple of B; with 1 rows that finish are"
              + " not replaced. Default: ${DEFAULT-VALUE}.")
  private int window;

  @Option(
      names = "--threads",
      paramLabel = "T",
      defaultValue = "1",
      description = "Batches side by side.")
  private int threads;

  @Option(
      names = "--source",
      paramLabel = "FILE",
      description =
          "English sentences, one a line, may be gzipped; default: those that ship with Sluice.")
  private Path source;

  @Option(
      names = "--sentences",
      paramLabel = "N",
      description =
          "How many sentences, from the first; default: 128, with --peers and --compare all.")
  private Integer sentences;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description =
          "Where the table of times goes; default: a file of this machine and model in"
              + " $XDG_CACHE_HOME/sluice/times, or ~/.cache.")
  private Path output;

  @Mixin private RaceOptions races;

  @Option(names = "--json", description = "One JSON object.")
  private boolean json;

  @Override
  public Integer call() {
    check();
    return races.asked() ? race() : picture();
  }

  private int race() {
    PrintWriter out = spec.commandLine().getOut();
    List<ObjectNode> rows =
        races.run(
            model,
            this::budgets,
            new RaceOptions.Course(batches, threads, window, repeat, sentences),
            spec.commandLine().getErr());
    if (json) {
      ObjectNode all = new ObjectMapper().createObjectNode();
      all.put("cpu", Cpu.detect().name());
      all.putArray("rows").addAll(rows);
      out.println(all);
    } else {
      out.printf("%s; %s%n%n", cpu(), races.reference());
      out.println(RaceBench.table(rows));
    }
    out.flush();
    return 0;
  }

  private static String cpu() {
    return Cpu.detect().name() + " " + Cpu.detect().flags();
  }

  private int picture() {
    List<ExpertBudget> budgets = budgets();
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    long began = System.nanoTime();
    try (TransformerTranslator translator = model.load()) {
      double loadSeconds = (System.nanoTime() - began) / 1e9;
      double rate = MachineRate.measure(translator.transformer().backend(), RATE_ROUNDS);
      List<Segment> segments = segments(translator);
      List<BatchRounds> measured =
          new CostRun(translator, segments, window, threads, new ProgressBar(err))
              .measure(
                  batches.isEmpty() ? List.of(1, 4, 8, 16, 32, 64) : batches,
                  budgets,
                  repeat == null ? PICTURE_ROUNDS : repeat);
      MachineTimes times = times(translator, measured);
      CostReport report =
          new CostReport(
              new Arithmetic(
                  translator.transformer().config(),
                  translator.transformer().experts(),
                  translator.meanWords(segments)),
              rate);
      if (json) {
        ObjectNode all = json(report, measured, times);
        all.put("loadSeconds", Math.round(loadSeconds * 1000) / 1000.0);
        PeakMemory.mebibytes().ifPresent(peak -> all.put("peakResidentMebibytes", peak));
        out.println(all);
      } else {
        print(out, report, measured, times);
        out.printf(Locale.ROOT, "loaded and warmed up in %.1f s", loadSeconds);
        PeakMemory.mebibytes()
            .ifPresent(peak -> out.printf("; at most %d MiB of memory resident", peak));
        out.println();
      }
      out.flush();
      err.println("wrote " + write(times));
    }
    return 0;
  }

  private List<ExpertBudget> budgets() {
    return BenchSettings.budgets(
        experts, encoderExperts, routing, RoutingOptions.budgets(model.bundle()));
  }

  private void check() {
    boolean positive = batches.stream().allMatch(batch -> batch >= 1);
    if (!positive
        || (repeat != null && repeat < 1)
        || threads < 1
        || window < 1
        || (sentences != null && sentences < 1)) {
      throw new ExitException(
          2, "--batches, --repeat, --window, --threads and --sentences must be at least 1", null);
    }
  }

  private List<Segment> segments(TransformerTranslator translator) {
    LanguagePair pair = new LanguagePair("en", "de");
    List<Segment> segments = new ArrayList<>();
    int most = sentences == null ? PICTURE_SENTENCES : sentences;
    for (String line : BenchText.lines(source)) {
      if (segments.size() < most) {
        segments.addAll(translator.prepare(line, pair).segments());
      }
    }
    return segments.subList(0, Math.min(most, segments.size()));
  }

  private MachineTimes times(TransformerTranslator translator, List<BatchRounds> measured) {
    return new MachineTimes(
        Cpu.detect().name(),
        threads,
        translator.transformer().backend().name(),
        translator.decoding().precision(),
        translator.model().name() + ", version " + translator.model().version(),
        translator.model().digest(),
        translator.budgets().experts(),
        translator.budgets().encoderExperts(),
        TimesFit.encoder(measured),
        TimesFit.decoder(measured));
  }

  private Path write(MachineTimes times) {
    Path file = output == null ? times.file(CacheFolder.of(System.getenv())) : output;
    try {
      Path folder = file.toAbsolutePath().getParent();
      Files.createDirectories(folder);
      Files.writeString(file, times.json().toPrettyString() + "\n");
    } catch (IOException e) {
      throw new ExitException("cannot write " + file, e);
    }
    return file;
  }

  private ObjectNode json(CostReport report, List<BatchRounds> measured, MachineTimes times) {
    ObjectNode all = new ObjectMapper().createObjectNode();
    all.put("cpu", Cpu.detect().name()).put("threads", threads);
    all.put("rateGigaMultiplyAddsPerSecond", Math.round(report.rate() / 1e7) / 100.0);
    measured.forEach(each -> all.withArray("/rows").add(report.json(each)));
    all.set("times", times.json());
    return all;
  }

  private void print(
      PrintWriter out, CostReport report, List<BatchRounds> measured, MachineTimes times) {
    out.printf(
        Locale.ROOT,
        "%s, %s, %s, %d thread%s; a large product: %.1f G multiply-adds/s (%.1f GFLOP/s) each%n%n",
        Cpu.detect().name(),
        times.backend(),
        times.precision(),
        threads,
        threads == 1 ? "" : "s",
        report.rate() / 1e9,
        2 * report.rate() / 1e9);
    out.printf("microseconds of a decoder step, the encoder's time shared out to the steps%n%n");
    out.println(report.times(measured));
    out.printf("millions of multiply-adds of a step (and percent of the machine's rate)%n%n");
    out.println(report.products(measured));
    out.printf("fitted: milliseconds = fixed × (1 or steps) + tokens × each%n%n");
    out.println(TimesTable.of(times));
  }
}
