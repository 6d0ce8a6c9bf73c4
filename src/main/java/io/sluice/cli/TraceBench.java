package io.sluice.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.checkpoint.ModelBundle;
import io.sluice.control.BudgetController;
import io.sluice.control.ServiceLadder;
import io.sluice.control.TimeTable;
import io.sluice.domain.LanguagePair;
import io.sluice.domain.Segment;
import io.sluice.embedded.EmbeddedCluster;
import io.sluice.engine.TransformerTranslator;
import io.sluice.metrics.Meters;
import io.sluice.pipeline.ApplicationConfig;
import io.sluice.pipeline.TopicNames;
import io.sluice.simulation.Figures;
import io.sluice.simulation.MeasuredService;
import io.sluice.simulation.Pipeline;
import io.sluice.simulation.Simulation;
import io.sluice.simulation.SimulationFit;
import io.sluice.simulation.Trace;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
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
  private static final double OVERLOAD = 1.4;
  private static final double LIGHT_LOAD = 0.3;
  private static final double LEAST_SECONDS = 4;
  private static final int MOST_COUNTED = 2000;
  private static final int MOST_ROUNDS = 8;
  private static final double SETTLED = 0.03;
  private static final List<String> SIMULATED =
      List.of("p50Millis", "p99Millis", "meanQualityLoss", "degradedShare", "meanLevel");

  private final EmbeddedCluster cluster;
  private final TransformerTranslator translator;
  private final ModelBundle bundle;
  private final ControlOptions control;
  private final ExpertOptions experts;
  private final BatchOptions batching;
  private final List<String> sentences;
  private final Path state;
  private final Consumer<String> progress;
  private int runs;

  /**
   * A bench.
   *
   * @param control its ladder, times and objective; laws are given with each run
   * @param experts says nothing
   * @param state folder that its user deletes
   * @param progress told what is being done, for people
   */
  TraceBench(
      EmbeddedCluster cluster,
      TransformerTranslator translator,
      ModelBundle bundle,
      ControlOptions control,
      ExpertOptions experts,
      BatchOptions batching,
      List<String> sentences,
      Path state,
      Consumer<String> progress) {
    this.cluster = cluster;
    this.translator = translator;
    this.bundle = bundle;
    this.control = control;
    this.experts = experts;
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
   * What the application does on this machine, when it is warm.
   *
   * @param records about so many for each look at a rate
   * @param warmUpSeconds how long it works before anything counts: two looks in a row may agree
   *     long before the compiler is done
   */
  MeasuredService measure(int records, double warmUpSeconds) throws InterruptedException {
    ServiceLadder ladder = control.ladder(bundle);
    double full;
    double light;
    double busy;
    try (ExpertControl.Controlled controlled = start("fixed")) {
      var unused = run().burst(ladder, WARM_RECORDS);
      double first = warm(ladder, records, warmUpSeconds);
      full = settled("full quality", ladder, records, first);
      busy = controlled.controller().map(BudgetController::busyShare).orElse(1.0);
      progress.accept("measuring latency under a light load");
      light = light(ladder, LIGHT_LOAD * full);
    }
    double lowest;
    try (ExpertControl.Controlled unused = start("fixed:1")) { // none runs fewer: the cheapest
      var warm = run().burst(ladder, WARM_RECORDS);
      lowest = settled("the cheapest level", ladder, records, full);
    }
    double[] tokens = tokens();
    double mean = Arrays.stream(tokens).average().orElseThrow();
    double[] logs = Arrays.stream(tokens).map(Math::log).toArray();
    double center = Arrays.stream(logs).average().orElseThrow();
    double variance =
        Arrays.stream(logs).map(x -> (x - center) * (x - center)).average().orElseThrow();
    return new MeasuredService(
        batching.threads(),
        batching.batch(),
        full,
        lowest,
        LIGHT_LOAD,
        light,
        busy,
        mean,
        Math.sqrt(variance));
  }

  /** Works for some time; the best rate that was seen. */
  private double warm(ServiceLadder ladder, int records, double seconds)
      throws InterruptedException {
    long end = System.nanoTime() + (long) (seconds * 1e9);
    double best = run().burst(ladder, records).throughput();
    while (System.nanoTime() < end) {
      progress.accept("warming up: %.0f records/s".formatted(best));
      best = Math.max(best, overload(ladder, records, best));
    }
    return best;
  }

  /** Records a second at full quality now, for a machine whose speed drifts. */
  double fullRate(int records, double rate) throws InterruptedException {
    ServiceLadder ladder = control.ladder(bundle);
    try (ExpertControl.Controlled unused = start("fixed")) {
      var warm = run().burst(ladder, WARM_RECORDS);
      return settled("full quality again", ladder, records, rate);
    }
  }

  /** Looks at a rate until two looks agree: code that is still being compiled is slow. */
  private double settled(String what, ServiceLadder ladder, int records, double rate)
      throws InterruptedException {
    double last = overload(ladder, records, rate);
    for (int round = 1; round < MOST_ROUNDS; round++) {
      progress.accept("measuring %s: %.0f records/s".formatted(what, last));
      double next = overload(ladder, records, Math.max(rate, last));
      if (Math.abs(next - last) < SETTLED * last) {
        return (last + next) / 2;
      }
      last = next;
    }
    progress.accept("%s did not settle: %.0f records/s at last".formatted(what, last));
    return last;
  }

  /** Records a second while more come than can be taken: a producer at work costs something. */
  private double overload(ServiceLadder ladder, int records, double rate)
      throws InterruptedException {
    double seconds = Math.max(LEAST_SECONDS, records / rate);
    Trace trace = steady("overload", seconds, OVERLOAD);
    return run().run(trace, ladder, rate, 1).throughput();
  }

  private double light(ServiceLadder ladder, double rate) throws InterruptedException {
    return run()
        .run(steady("light", LEAST_SECONDS, 1), ladder, rate, 1)
        .figures("fixed", 0)
        .p50Millis();
  }

  private static Trace steady(String name, double seconds, double load) {
    return new Trace(name, seconds, second -> load, load, List.of(), List.of());
  }

  /** Source tokens of the sentences. */
  private double[] tokens() {
    LanguagePair pair = new LanguagePair("en", "de");
    return sentences.stream()
        .limit(MOST_COUNTED)
        .map(sentence -> translator.prepare(sentence, pair))
        .mapToDouble(text -> text.segments().stream().mapToInt(Segment::length).sum())
        .filter(length -> length > 0)
        .toArray();
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
        try (ExpertControl.Controlled controlled = start(law)) {
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

  /**
   * What the simulator says of the same trace, law, ladder and times.
   *
   * @param capacity records a second that count as 1
   * @param measured what it is fitted to; empty: nothing
   */
  ObjectNode simulated(
      Trace trace, String law, double capacity, Optional<MeasuredService> measured, long seed) {
    ServiceLadder ladder = control.ladder(bundle);
    TimeTable times = ControlFiles.times(control.under(law).timesFile(measured()).orElse(null));
    Pipeline pipeline =
        Pipeline.of(1, PARTITIONS).withWorkers(batching.threads(), batching.limits());
    Simulation simulation =
        measured
            .map(figures -> SimulationFit.of(figures, pipeline, ladder, times, seed))
            .orElseGet(() -> new Simulation(pipeline, ladder, times));
    double one = measured.isPresent() ? capacity : simulation.capacity(seed);
    return simulation
        .run(trace, law, control.under(law).laws(ladder), seed, one)
        .figures()
        .json()
        .retain(SIMULATED);
  }

  private Optional<Path> measured() {
    return MeasuredTimes.file(translator, batching.threads(), CacheFolder.of(System.getenv()));
  }

  private ExpertControl.Controlled start(String law) {
    runs++;
    ApplicationConfig config = config();
    ExpertControl.Controlled controlled =
        ExpertControl.of(control.under(law), experts, bundle)
            .searching(translator)
            .application(config, translator, measured(), Meters.NOOP, change -> {});
    controlled.application().start();
    return controlled;
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
