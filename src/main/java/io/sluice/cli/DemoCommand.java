package io.sluice.cli;

import io.sluice.embedded.EmbeddedCluster;
import io.sluice.embedded.EmbeddedKafka;
import io.sluice.engine.TransformerTranslator;
import io.sluice.pipeline.ApplicationConfig;
import io.sluice.pipeline.TranslationApplication;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
            + " prints each result. No set-up, no network.",
    footerHeading = "%nExample:%n",
    footer = "  ./sluice demo --seconds 30%n  ./sluice demo --idle --port 9092")
public final class DemoCommand implements Callable<Integer> {
  private static final int PARTITIONS = 4;

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
        TranslationApplication application =
            chosen.application(config(cluster, stateDir), translator, monitoring.meters())) {
      monitoring.showHealthOf(application);
      Runnable begin =
          () -> {
            application.start();
            printAddresses(cluster, monitoring);
          };
      return idle
          ? stayUp(application, begin)
          : runWaves(cluster, application, begin, sentences, started);
    } finally {
      StateDirectories.delete(stateDir);
    }
  }

  private int runWaves(
      EmbeddedCluster cluster,
      TranslationApplication application,
      Runnable begin,
      List<String> sentences,
      long started)
      throws InterruptedException {
    StopSignal stop =
        StopSignal.install(
            () -> {
              application.close();
              cluster.close();
              Runtime.getRuntime().halt(130);
            });
    begin.run();
    DemoRun run =
        new DemoRun(
            Map.of(
                "bootstrap.servers", cluster.bootstrapServer(),
                "schema.registry.url", cluster.schemaRegistryUrl()),
            sentences,
            seconds == null ? Duration.ZERO : Duration.ofSeconds(seconds),
            spec.commandLine().getOut(),
            started);
    return run.call() ? stop.exitStatus() : 1;
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
