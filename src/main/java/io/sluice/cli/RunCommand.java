package io.sluice.cli;

import io.sluice.batching.BatchLimits;
import io.sluice.domain.UnavailableException;
import io.sluice.engine.TransformerTranslator;
import io.sluice.pipeline.ApplicationConfig;
import io.sluice.pipeline.Drain;
import io.sluice.pipeline.PendingStore;
import io.sluice.pipeline.TranslationApplication;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The application against a real cluster, until it is told to stop. */
@Command(
    name = "run",
    description = {
      "Translates requests of a Kafka cluster until SIGTERM.",
      "Then sends what is finished, commits, leaves the group and exits within 30 s; what is still"
          + " pending stays in the store for the next instance."
    },
    footerHeading = "%nExample:%n",
    footer =
        "  ./sluice run --bootstrap-server 127.0.0.1:9092"
            + " --schema-registry-url http://127.0.0.1:8081%n"
            + "      --application-id sluice --create-topics")
public final class RunCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(RunCommand.class);

  @Spec private CommandSpec spec;
  @Mixin private ConnectionOptions connection;
  @Mixin private TopicOptions topics;
  @Mixin private ModelOptions model;
  @Mixin private ExpertOptions experts;
  @Mixin private ControlOptions control;
  @Mixin private IdleOptions idle;
  @Mixin private MetricsOptions metrics;

  @Option(
      names = "--kafka-config",
      paramLabel = "k=v",
      description = "One setting of Kafka Streams or its clients; may be repeated.")
  private Map<String, String> kafkaConfig = new LinkedHashMap<>();

  @Option(
      names = "--drain",
      description =
          "Take nothing new: finish what is pending, then exit. Stop the other instances first.")
  private boolean drain;

  @Option(
      names = "--stream-threads",
      paramLabel = "N",
      defaultValue = "1",
      description = "Threads that keep and send.")
  private int streamThreads;

  @Option(
      names = "--workers",
      paramLabel = "N",
      description = "Threads that translate; default: the number of processors.")
  private Integer workers;

  @Option(
      names = "--state-dir",
      paramLabel = "DIR",
      description =
          "Where Kafka Streams may write; default: a folder in the system's temporary one.")
  private Path stateDir;

  @Option(
      names = "--create-topics",
      description =
          "Create topics that are missing; those that exist are used as they are. The changelog"
              + " grows when partitions were added to the requests topic.")
  private boolean createTopics;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      defaultValue = "6",
      description = "Partitions of topics that are created.")
  private int partitions;

  @Option(
      names = "--replication-factor",
      paramLabel = "N",
      defaultValue = "-1",
      description = "Of created topics and of the changelog; -1: the broker's default.")
  private int replicationFactor;

  @Option(
      names = "--register-schemas",
      paramLabel = "true|false",
      arity = "1",
      defaultValue = "true",
      description = "false: the schemas must be in the registry already.")
  private boolean registerSchemas;

  @Option(
      names = "--batch",
      paramLabel = "B",
      defaultValue = "16",
      description = "Largest number of segments in a batch.")
  private int batch;

  @Option(
      names = "--max-wait",
      paramLabel = "DURATION",
      defaultValue = "20ms",
      description = "How long a segment waits for company while workers are busy.")
  private Duration maxWait;

  @Option(
      names = "--commit-interval",
      paramLabel = "DURATION",
      defaultValue = "50ms",
      description = "How often results become visible.")
  private Duration commitInterval;

  @Option(
      names = "--session-timeout",
      paramLabel = "DURATION",
      defaultValue = "10s",
      description = "After this silence the group gives an instance's partitions to others.")
  private Duration sessionTimeout;

  @Option(
      names = "--schema-grace",
      paramLabel = "DURATION",
      defaultValue = "30s",
      description = "How long an unknown schema id is asked for again.")
  private Duration schemaGrace;

  @Option(
      names = "--max-text-bytes",
      paramLabel = "N",
      defaultValue = "1114112",
      description = "Longest text, bytes of UTF-8.")
  private int maxTextBytes;

  @Option(
      names = "--health-file",
      paramLabel = "FILE",
      description =
          "Written every 5 s while the application runs or drains; deleted at the end. For health"
              + " checks.")
  private Path healthFile;

  @Override
  public Integer call() throws InterruptedException {
    ApplicationConfig config = config();
    ExpertControl chosen = ExpertControl.of(control, experts, model.bundle());
    return drain ? drain(config, chosen) : run(config, chosen);
  }

  private int run(ApplicationConfig config, ExpertControl chosen) throws InterruptedException {
    try (Monitoring monitoring = metrics.start();
        TransformerTranslator translator = model.load();
        TranslationApplication application =
            chosen.application(config, translator, monitoring.meters())) {
      StopSignal stop = StopSignal.install(application);
      monitoring.showHealthOf(application);
      try {
        application.start();
      } catch (IllegalStateException | UnavailableException e) {
        throw new ExitException(e.getMessage(), e);
      }
      LOG.info(
          "running: application id {}, {} stream thread(s), {} worker(s)",
          config.applicationId(),
          config.streamThreads(),
          config.workers());
      int status = awaitEnd(application);
      Optional<String> refusal = application.refusal();
      if (status != 0 && refusal.isPresent()) {
        throw new ExitException(refusal.get(), application.failure().orElse(null));
      }
      return status == 0 ? stop.exitStatus() : status;
    }
  }

  private int awaitEnd(TranslationApplication application) throws InterruptedException {
    try (HealthFile health = health(application)) {
      return application.await();
    }
  }

  /** Null without a file, which try-with-resources allows. */
  private HealthFile health(TranslationApplication application) {
    return healthFile == null
        ? null
        : HealthFile.start(
            healthFile, HealthFile.PERIOD, () -> application.state().isRunningOrRebalancing());
  }

  private int drain(ApplicationConfig config, ExpertControl chosen) throws InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    Progress progress = new Progress(err, "changelog records read:");
    Drain draining = new Drain(config, progress::at);
    try {
      PendingStore before = draining.look();
      if (before.pending() == 0) {
        err.println("nothing is pending: " + before.detail());
        return 0;
      }
      err.println("finishing " + before.pendingText());
      try (Monitoring monitoring = metrics.start();
          TransformerTranslator translator = model.load();
          TranslationApplication application =
              chosen.application(config, translator, monitoring.meters())) {
        StopSignal stop = StopSignal.install(application);
        monitoring.showHealthOf(application);
        application.startDrain();
        Drain.Report report;
        try (HealthFile health = health(application)) {
          report = draining.finish(application, before);
        }
        return report(report, application, stop);
      }
    } catch (IllegalStateException | UnavailableException e) {
      throw new ExitException(e.getMessage(), e);
    }
  }

  private int report(Drain.Report report, TranslationApplication application, StopSignal stop) {
    spec.commandLine().getErr().println("finished " + report.finished() + " records");
    if (report.left().isEmpty()) {
      return application.exitStatus();
    }
    spec.commandLine()
        .getErr()
        .println(
            "not finished: "
                + report.left()
                + "; they stay in the store. If another instance runs, stop it and drain again");
    return stop.exitStatus() == 0 ? 1 : stop.exitStatus();
  }

  private ApplicationConfig config() {
    Map<String, String> clients = new TreeMap<>();
    connection.clientProperties().forEach((key, value) -> clients.put(key, value.toString()));
    clients.remove("bootstrap.servers");
    clients.remove("schema.registry.url");
    ApplicationConfig.Builder builder =
        ApplicationConfig.builder(connection.bootstrapServer(), connection.schemaRegistryUrl())
            .applicationId(topics.applicationId())
            .clientProperties(clients)
            .kafkaOverrides(kafkaConfig)
            .topics(topics.topics())
            .createTopics(createTopics)
            .registerSchemas(registerSchemas)
            .partitions(partitions)
            .replicationFactor(replicationFactor)
            .streamThreads(atLeastOne("--stream-threads", streamThreads))
            .batchLimits(new BatchLimits(atLeastOne("--batch", batch), 64 * batch, maxWait))
            .commitInterval(commitInterval)
            .sessionTimeout(sessionTimeout)
            .idleWork(idle.work())
            .controlEvents(true)
            .schemaGrace(schemaGrace)
            .maxTextBytes(atLeastOne("--max-text-bytes", maxTextBytes));
    if (workers != null) {
      builder.workers(atLeastOne("--workers", workers));
    }
    if (stateDir != null) {
      builder.stateDir(stateDir);
    }
    return builder.build();
  }

  private static int atLeastOne(String option, int value) {
    if (value < 1) {
      throw new ExitException(2, option + " must be at least 1, is " + value, null);
    }
    return value;
  }
}
