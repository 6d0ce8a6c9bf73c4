package io.sluice.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.checkpoint.ModelBundle;
import io.sluice.control.ServiceLadder;
import io.sluice.control.TimeTable;
import io.sluice.embedded.EmbeddedCluster;
import io.sluice.engine.TransformerTranslator;
import io.sluice.metrics.Meters;
import io.sluice.pipeline.ApplicationConfig;
import io.sluice.pipeline.TopicNames;
import io.sluice.pipeline.TranslationApplication;
import io.sluice.simulation.Figures;
import io.sluice.simulation.Pipeline;
import io.sluice.simulation.Simulation;
import io.sluice.simulation.Trace;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Traces against the real application on one embedded broker: the same translator for all, a new
 * application with topics of its own for each run, laws taking turns. Call from one thread.
 */
final class TraceBench {
  private static final int PARTITIONS = 4;
  private static final int WARM_RECORDS = 200;
  private static final List<String> SIMULATED =
      List.of("p50Millis", "p99Millis", "meanQualityLoss", "degradedShare", "meanLevel");

  private final EmbeddedCluster cluster;
  private final TransformerTranslator translator;
  private final ModelBundle bundle;
  private final ControlOptions control;
  private final BatchOptions batching;
  private final List<String> sentences;
  private final Path state;
  private final Consumer<String> progress;
  private int runs;

  /**
   * A bench.
   *
   * @param control its ladder, times and objective; laws are given with each run
   * @param state folder that its user deletes
   * @param progress told what is being done, for people
   */
  TraceBench(
      EmbeddedCluster cluster,
      TransformerTranslator translator,
      ModelBundle bundle,
      ControlOptions control,
      BatchOptions batching,
      List<String> sentences,
      Path state,
      Consumer<String> progress) {
    this.cluster = cluster;
    this.translator = translator;
    this.bundle = bundle;
    this.control = control;
    this.batching = batching;
    this.sentences = List.copyOf(sentences);
    this.state = state;
    this.progress = progress;
  }

  /** What runs of one law came to. */
  private static final class Collected {
    private final List<Figures> figures = new ArrayList<>();
    private final Map<String, Integer> causes = new TreeMap<>();
    private int[] levels;
    private double expectedLoss;
    private int changes;

    void add(TraceEvidence evidence, Figures run) {
      figures.add(run);
      evidence.causes().forEach((cause, count) -> causes.merge(cause, count, Integer::sum));
      int[] own = evidence.levels();
      levels = levels == null ? new int[own.length] : levels;
      for (int level = 0; level < own.length; level++) {
        levels[level] += own[level];
      }
      expectedLoss += evidence.meanExpectedLoss() * run.records();
      changes += evidence.changes();
    }

    ObjectNode json() {
      Figures mean = Figures.mean(figures);
      ObjectNode json = mean.json();
      json.put("meanExpectedLoss", Math.round(expectedLoss / mean.records() * 1e5) / 1e5);
      ArrayNode counts = json.putArray("recordsByLevel");
      for (int count : levels) {
        counts.add(count);
      }
      causes.forEach(json.putObject("recordsByCause")::put);
      json.put("controlEvents", changes);
      json.put("runs", figures.size());
      return json;
    }
  }

  /**
   * Records a second at full quality, with always enough to do; the first burst only warms.
   *
   * @param records of the burst that counts
   */
  double capacity(int records) throws InterruptedException {
    progress.accept("measuring full quality: " + records + " records at once");
    ServiceLadder ladder = control.ladder(bundle);
    try (TranslationApplication application = start("fixed")) {
      var unused = run().burst(ladder, WARM_RECORDS);
      return run().burst(ladder, records).throughput();
    }
  }

  /**
   * Runs a trace under every law, again and again.
   *
   * @param capacity records a second that count as 1
   * @return one object for each law, in order
   */
  List<ObjectNode> compare(Trace trace, List<String> laws, double capacity, long seed, int rounds)
      throws InterruptedException {
    ServiceLadder ladder = control.ladder(bundle);
    Map<String, Collected> collected = new LinkedHashMap<>();
    laws.forEach(law -> collected.put(law, new Collected()));
    for (int round = 0; round < rounds; round++) {
      for (String law : laws) {
        progress.accept(
            "%s, law %s, round %d of %d".formatted(trace.name(), law, round + 1, rounds));
        try (TranslationApplication application = start(law)) {
          var unused = run().burst(ladder, batching.batch()); // it has its partitions
          TraceEvidence evidence = run().run(trace, ladder, capacity, seed + round);
          collected
              .get(law)
              .add(evidence, evidence.figures(law, batching.threads() * batching.batch()));
        }
      }
    }
    return collected.values().stream().map(Collected::json).toList();
  }

  /** What the simulator says of the same trace, law, ladder and times. */
  ObjectNode simulated(Trace trace, String law, long seed) {
    ServiceLadder ladder = control.ladder(bundle);
    TimeTable times = ControlFiles.times(control.under(law).timesFile(measured()).orElse(null));
    Pipeline pipeline =
        Pipeline.of(1, PARTITIONS).withWorkers(batching.threads(), batching.limits());
    return new Simulation(pipeline, ladder, times)
        .run(trace, law, control.under(law).laws(ladder), seed)
        .figures()
        .json()
        .retain(SIMULATED);
  }

  private Optional<Path> measured() {
    return MeasuredTimes.file(translator, batching.threads(), CacheFolder.of(System.getenv()));
  }

  private TranslationApplication start(String law) {
    runs++;
    ApplicationConfig config = config();
    ControlOptions options = control.under(law);
    TranslationApplication application =
        ExpertControl.of(options, new ExpertOptions(), bundle)
            .application(config, translator, measured(), Meters.NOOP, change -> {})
            .application();
    application.start();
    return application;
  }

  private TraceRun run() {
    return new TraceRun(
        Map.of(
            "bootstrap.servers", cluster.bootstrapServer(),
            "schema.registry.url", cluster.schemaRegistryUrl()),
        topics(),
        sentences);
  }

  private TopicNames topics() {
    String name = "bench-" + runs;
    return new TopicNames(name + ".requests", name + ".results", name + ".dlq");
  }

  private ApplicationConfig config() {
    return ApplicationConfig.builder(cluster.bootstrapServer(), cluster.schemaRegistryUrl())
        .applicationId("sluice-bench-" + runs)
        .topics(topics())
        .createTopics(true)
        .partitions(PARTITIONS)
        .replicationFactor(1)
        .workers(batching.threads())
        .batchLimits(batching.limits())
        .stateDir(state)
        .controlEvents(true)
        .build();
  }
}
