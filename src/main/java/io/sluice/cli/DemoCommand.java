package io.sluice.cli;

import io.sluice.control.BudgetController;
import io.sluice.control.LevelChange;
import io.sluice.domain.LanguagePair;
import io.sluice.domain.Segment;
import io.sluice.embedded.EmbeddedCluster;
import io.sluice.embedded.EmbeddedKafka;
import io.sluice.engine.TransformerTranslator;
import io.sluice.engine.Translator;
import io.sluice.pipeline.ApplicationConfig;
import io.sluice.pipeline.TranslationApplication;
import io.sluice.simulation.SimulationPlot;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Everything on this machine: broker, registry, application, sentences, results. */
@Command(
    name = "demo",
    description =
        "Starts a broker and a registry, translates waves of English sentences into German and"
            + " prints each result and each change of level. No set-up, no network.",
    footerHeading = "%nExample:%n",
    footer = "  ./sluice demo --seconds 30%n  ./sluice demo --idle --port 9092")
public final class DemoCommand implements Callable<Integer> {
  private static final int PARTITIONS = 4;

  /** Sentences of a burst: so long a time at full quality, within bounds. */
  private static final double BURST_SECONDS = 4;

  private static final int FEW = 150;
  private static final int MANY = 1000;

  @Spec private CommandSpec spec;
  @Mixin private ModelOptions model;
  @Mixin private ExpertOptions experts;
  @Mixin private ControlOptions control;
  @Mixin private MetricsOptions metrics;

  @Option(
      names = "--source",
      paramLabel = "FILE",
      description = "English sentences, one a line; default: those that ship with Sluice.")
  private Path source;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description =
          "Begin waves until so many seconds have passed; default: one set of waves. With --idle:"
              + " stay so long; default: until stopped.")
  private Integer seconds;

  @Option(
      names = "--idle",
      description =
          "Send nothing: broker, registry and application for clients of your own. Their addresses"
              + " are on stderr.")
  private boolean idle;

  @Option(
      names = "--port",
      paramLabel = "P",
      defaultValue = "0",
      description = "Port of the embedded broker on 127.0.0.1; 0: any free one.")
  private int port;

  @Option(
      names = "--plot",
      paramLabel = "FILE.png",
      description =
          "Where the picture of the run goes; default: sluice-demo.png in the folder of temporary"
              + " files.")
  private Path plot;

  @Override
  public Integer call() throws Exception {
    long started = System.nanoTime();
    ExpertControl chosen = ExpertControl.of(control, experts, model.bundle());
    List<String> sentences = idle ? List.of() : sentences();
    PrintWriter err = spec.commandLine().getErr();
    err.println("starting a broker, a schema registry and the model ...");
    CompletableFuture<EmbeddedCluster> starting =
        CompletableFuture.supplyAsync(
            () -> EmbeddedCluster.start(EmbeddedKafka.Options.DEFAULT.withPort(port)));
    Path stateDir = Files.createTempDirectory("sluice-demo-");
    try (Monitoring monitoring = metrics.start();
        TransformerTranslator translator = model.load();
        EmbeddedCluster cluster = join(starting);
        ExpertControl.Controlled controlled =
            chosen.application(
                config(cluster, stateDir), translator, monitoring.meters(), this::print)) {
      TranslationApplication application = controlled.application();
      monitoring.showHealthOf(application);
      Runnable begin =
          () -> {
            application.start();
            printAddresses(cluster, monitoring);
          };
      if (idle) {
        return stayUp(application, begin);
      }
      int burst = burst(controlled.controller(), translator, sentences);
      return runWaves(cluster, controlled, begin, sentences, burst, started);
    } finally {
      StateDirectories.delete(stateDir);
    }
  }

  /** A change of level, between the results. */
  private void print(LevelChange change) {
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        Locale.ROOT,
        "level %d → %d, %s: %d records behind, %.0f tokens/s come, %.0f tokens/s expected now%n",
        change.from().number(),
        change.to().number(),
        change.cause().name().toLowerCase(Locale.ROOT).replace('_', ' '),
        Math.round(change.load().lagRecords()),
        change.load().arrivalTokensPerSecond(),
        change.predictedTokensPerSecond());
    out.flush();
  }

  /** More than this machine translates within the objective, so that the level changes. */
  private static int burst(
      Optional<BudgetController> controller, Translator translator, List<String> sentences) {
    if (controller.isEmpty()) {
      return FEW;
    }
    LanguagePair pair = new LanguagePair("en", "de");
    double tokens =
        sentences.stream()
            .flatMap(sentence -> translator.prepare(sentence, pair).segments().stream())
            .mapToInt(Segment::length)
            .average()
            .orElse(1);
    double perSecond = controller.get().capacity().tokensPerSecond().get(0) / tokens;
    return (int) Math.max(FEW, Math.min(MANY, BURST_SECONDS * perSecond));
  }

  private int runWaves(
      EmbeddedCluster cluster,
      ExpertControl.Controlled controlled,
      Runnable begin,
      List<String> sentences,
      int burst,
      long started)
      throws InterruptedException, IOException {
    StopSignal stop =
        StopSignal.install(
            () -> {
              controlled.close();
              cluster.close();
              Runtime.getRuntime().halt(130);
            });
    begin.run();
    Map<String, Object> clients =
        Map.of(
            "bootstrap.servers", cluster.bootstrapServer(),
            "schema.registry.url", cluster.schemaRegistryUrl());
    DemoState state = new DemoState(controlled);
    DemoWaves waves =
        new DemoWaves(
            clients,
            DemoRun.REQUESTS,
            sentences,
            burst,
            seconds == null ? Duration.ZERO : Duration.ofSeconds(seconds),
            started,
            () -> state.level() == 0 && state.waiting() == 0);
    PrintWriter out = spec.commandLine().getOut();
    DemoRun run = new DemoRun(clients, waves, state, out, started);
    boolean complete = run.call();
    Path picture =
        plot == null ? Path.of(System.getProperty("java.io.tmpdir"), "sluice-demo.png") : plot;
    SimulationPlot.write(run.seconds(), "demo", picture);
    out.println("picture of load, lag, level and latency: " + picture);
    out.flush();
    return complete ? stop.exitStatus() : 1;
  }

  /**
   * For clients of the user's own: until a signal comes, the time is up or the application ends.
   */
  private int stayUp(TranslationApplication application, Runnable begin)
      throws InterruptedException {
    StopSignal stop = StopSignal.install(application);
    begin.run();
    int status =
        seconds == null
            ? application.await()
            : application.await(Duration.ofSeconds(seconds)).orElse(0);
    return status == 0 ? stop.exitStatus() : status;
  }

  private void printAddresses(EmbeddedCluster cluster, Monitoring monitoring) {
    PrintWriter err = spec.commandLine().getErr();
    err.println("broker " + cluster.bootstrapServer());
    err.println("registry " + cluster.schemaRegistryUrl());
    monitoring.url().ifPresent(url -> err.println("metrics " + url + "/metrics"));
  }

  private static EmbeddedCluster join(CompletableFuture<EmbeddedCluster> starting) {
    try {
      return starting.join();
    } catch (CompletionException e) {
      throw new ExitException(e.getCause().getMessage(), e.getCause());
    }
  }

  private static ApplicationConfig config(EmbeddedCluster cluster, Path stateDir) {
    return ApplicationConfig.builder(cluster.bootstrapServer(), cluster.schemaRegistryUrl())
        .applicationId("sluice-demo")
        .createTopics(true)
        .partitions(PARTITIONS)
        .replicationFactor(1)
        .controlEvents(true)
        .stateDir(stateDir)
        .build();
  }

  private List<String> sentences() {
    List<String> lines = new ArrayList<>();
    try (InputStream in =
            source == null
                ? DemoCommand.class.getResourceAsStream("/demo/sentences.en.txt")
                : Files.newInputStream(source);
        TextLines text = TextLines.of(in)) {
      for (String line = text.next(); line != null; line = text.next()) {
        if (!line.isBlank()) {
          lines.add(line);
        }
      }
    } catch (IOException e) {
      throw new ExitException("cannot read " + source, e);
    }
    if (lines.isEmpty()) {
      throw new ExitException(source + " has no sentence in it");
    }
    return lines;
  }
}
