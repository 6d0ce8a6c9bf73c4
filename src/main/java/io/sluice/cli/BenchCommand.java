package io.sluice.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.batching.BatchLimits;
import io.sluice.domain.ExpertBudget;
import io.sluice.domain.LanguagePair;
import io.sluice.embedded.EmbeddedCluster;
import io.sluice.engine.LineTranslator;
import io.sluice.engine.TransformerTranslator;
import io.sluice.metrics.Meters;
import io.sluice.pipeline.ApplicationConfig;
import io.sluice.pipeline.TranslationApplication;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
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
          + " does). steady: a fixed rate."
    },
    footerHeading = "%nExample:%n",
    footer =
        "  ./sluice bench --trace burst --records 5000%n"
            + "  ./sluice bench --trace steady --rate 20 --records 600")
public final class BenchCommand implements Callable<Integer> {
  private static final LanguagePair PAIR = new LanguagePair("en", "de");

  /** The shapes of load. */
  enum Trace {
    BURST,
    STEADY
  }

  @Spec private CommandSpec spec;
  @Mixin private ModelOptions model;
  @Mixin private ExpertOptions experts;
  @Mixin private BatchOptions batching;

  @Option(
      names = "--trace",
      paramLabel = "burst|steady",
      required = true,
      description = "Shape of the load.")
  private Trace trace;

  @Option(
      names = "--records",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Records to send.")
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

  @Option(names = "--json", description = "One JSON object.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    if (records < 1 || !(rate > 0)) {
      throw new ExitException(2, "--records and --rate must be positive", null);
    }
    List<String> lines = lines();
    ExpertBudget budget = experts.budget(model.bundle());
    Path stateDir = Files.createTempDirectory("sluice-bench-");
    try (TransformerTranslator translator = model.load();
        EmbeddedCluster cluster = EmbeddedCluster.start();
        TranslationApplication application =
            new TranslationApplication(
                config(cluster, stateDir),
                translator,
                experts.source(model.bundle()),
                Meters.NOOP)) {
      application.start();
      BenchRun run =
          new BenchRun(
              Map.of(
                  "bootstrap.servers", cluster.bootstrapServer(),
                  "schema.registry.url", cluster.schemaRegistryUrl()));
      run.send(lines.subList(0, Math.min(200, lines.size())), 0); // warms broker, clients, JIT
      double before = trace == Trace.BURST ? engineAlone(translator, budget, lines) : 0;
      BenchRun.Figures figures = run.send(lines, trace == Trace.BURST ? 0 : rate);
      double after = trace == Trace.BURST ? engineAlone(translator, budget, lines) : 0;
      print(figures, (before + after) / 2);
    } finally {
      StateDirectories.delete(stateDir);
    }
    return 0;
  }

  private ApplicationConfig config(EmbeddedCluster cluster, Path stateDir) {
    return ApplicationConfig.builder(cluster.bootstrapServer(), cluster.schemaRegistryUrl())
        .applicationId("sluice-bench")
        .createTopics(true)
        .partitions(4)
        .replicationFactor(1)
        .workers(batching.threads())
        .batchLimits(
            new BatchLimits(batching.batch(), 64 * batching.batch(), BatchLimits.DEFAULT.maxAge()))
        .stateDir(stateDir)
        .build();
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

  /** Lines a second of the engine alone, same batch size, same threads. */
  private double engineAlone(
      TransformerTranslator translator, ExpertBudget budget, List<String> lines) {
    try (LineTranslator alone =
        new LineTranslator(translator, budget, batching.batch(), batching.threads())) {
      long started = System.nanoTime();
      for (int from = 0; from < lines.size(); from += alone.windowSize()) {
        var unused =
            alone.translate(
                lines.subList(from, Math.min(lines.size(), from + alone.windowSize())), PAIR);
      }
      return lines.size() / ((System.nanoTime() - started) / 1e9);
    }
  }

  private void print(BenchRun.Figures figures, double alone) {
    ObjectNode row = new ObjectMapper().createObjectNode();
    row.put("trace", trace.name().toLowerCase(Locale.ROOT));
    row.put("law", "fixed");
    row.put("records", records);
    row.put("recordsPerSecond", Math.round(figures.recordsPerSecond() * 10) / 10.0);
    row.put("p50Millis", figures.p50Millis());
    row.put("p99Millis", figures.p99Millis());
    row.put("medianBatchMillis", figures.medianBatchMillis());
    if (trace == Trace.BURST) {
      row.put("engineAloneRecordsPerSecond", Math.round(alone * 10) / 10.0);
      row.put("shareOfEngineAlone", Math.round(figures.recordsPerSecond() / alone * 1000) / 1000.0);
    }
    if (json) {
      spec.commandLine().getOut().println(row);
      return;
    }
    row.properties()
        .forEach(
            field ->
                spec.commandLine()
                    .getOut()
                    .printf("%-28s %s%n", field.getKey(), field.getValue().asText()));
    spec.commandLine()
        .getOut()
        .printf("%-28s %d, %d workers%n", "batch", batching.batch(), batching.threads());
  }
}
