package io.sluice.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.control.FullBatches;
import io.sluice.control.ServiceLadder;
import io.sluice.control.TimeTable;
import io.sluice.simulation.Figures;
import io.sluice.simulation.Pace;
import io.sluice.simulation.Pipeline;
import io.sluice.simulation.Second;
import io.sluice.simulation.Simulation;
import io.sluice.simulation.SimulationFit;
import io.sluice.simulation.Trace;
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
  /** Names of the columns of what a bench tells of each second. */
  static final String SECONDS_HEADING = "law,round,run," + Second.HEADING;

  private static final List<String> SIMULATED =
      List.of("p50Millis", "p99Millis", "meanQualityLoss", "degradedShare", "meanLevel");

  /** Results of so much time may be on their way to the reader. */
  private static final double COMMIT_SECONDS = 0.3;

  private final BenchApplications applications;
  private final BatchOptions batching;
  private final Consumer<String> progress;
  private final Consumer<String> seconds;

  /**
   * A bench.
   *
   * @param progress told what is being done, for people
   * @param seconds told a line of CSV for each second of each run, real and simulated
   */
  TraceBench(
      BenchApplications applications,
      BatchOptions batching,
      Consumer<String> progress,
      Consumer<String> seconds) {
    this.applications = applications;
    this.batching = batching;
    this.progress = progress;
    this.seconds = seconds;
  }

  /** What runs of one law came to. */
  private static final class Collected {
    private final List<Figures> figures = new ArrayList<>();
    private final List<Double> capacities = new ArrayList<>();
    private final List<Double> slowness = new ArrayList<>();
    private final List<Pace> paces = new ArrayList<>();
    private final Map<String, Integer> causes = new TreeMap<>();
    private int[] levels;
    private double expectedLoss;
    private int changes;

    void add(TraceEvidence evidence, Figures run, double capacity, double slower, Pace pace) {
      figures.add(run);
      capacities.add(capacity);
      slowness.add(slower);
      paces.add(pace);
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
      ArrayNode full = json.putArray("capacities");
      capacities.forEach(each -> full.add(Math.round(each * 10) / 10.0));
      ArrayNode slower = json.putArray("slowness");
      slowness.forEach(each -> slower.add(Math.round(each * 1000) / 1000.0));
      ArrayNode spreads = json.putArray("paceSpread");
      paces.forEach(each -> spreads.add(Math.round(each.spread() * 1000) / 1000.0));
      return json;
    }
  }

  /** Records a second that count as 1 in the run that comes next. */
  interface CapacityNow {
    ServiceBench.Now look() throws InterruptedException;
  }

  /**
   * Runs a trace under every law, again and again.
   *
   * @param capacity asked before each run, so that loads are what they are called on a machine that
   *     changes its speed
   * @param measured what the simulator is fitted to, at the rate seen before each run and the pace
   *     that the machine had against that in its course; empty: to nothing
   * @return one object for each law, in order, with what the simulator says of the same runs
   */
  List<ObjectNode> compare(
      Trace trace,
      List<String> laws,
      CapacityNow capacity,
      Optional<ServiceBench.Measured> measured,
      long seed,
      int rounds)
      throws InterruptedException {
    ServiceLadder ladder = applications.ladder();
    Map<String, Collected> collected = new LinkedHashMap<>();
    laws.forEach(law -> collected.put(law, new Collected()));
    for (int round = 0; round < rounds; round++) {
      for (String law : laws) {
        progress.accept(
            "%s, law %s, round %d of %d".formatted(trace.name(), law, round + 1, rounds));
        try (BenchApplications.Started started = applications.start(law)) {
          var unused = started.run().burst(ladder, batching.batch()); // it has its partitions
          ServiceBench.Now now = capacity.look();
          double full = now.recordsPerSecond();
          FullBatches before = started.fullBatches();
          TraceEvidence evidence = started.run().run(trace, ladder, full, seed + round);
          double slowness = 1;
          Pace pace = Pace.STEADY;
          if (measured.isPresent()) {
            slowness = slowness(measured.get(), evidence, now, started.fullBatches().since(before));
            pace = pace(measured.get(), evidence, now);
          }
          Figures figures = evidence.figures(law, batching.threads() * batching.batch());
          collected.get(law).add(evidence, figures, full, slowness, pace);
          tell(law, round, "real", evidence.seconds());
        }
      }
    }
    List<ObjectNode> rows = new ArrayList<>();
    collected.forEach(
        (law, runs) -> {
          ObjectNode row = runs.json();
          row.set("simulated", simulated(trace, law, measured, seed, runs));
          rows.add(row);
        });
    return rows;
  }

  /**
   * How much longer records took than in the look before the run while work waited; where it hardly
   * ever did, how much longer full batches took.
   */
  private double slowness(
      ServiceBench.Measured measured,
      TraceEvidence evidence,
      ServiceBench.Now now,
      FullBatches batches) {
    ServiceLadder ladder = applications.ladder();
    return evidence
        .slowness(measured.rates(ladder, now.recordsPerSecond()), enough(now))
        .orElseGet(
            () -> measured.slowness(ladder, batches).orElse(now.slowness()) / now.slowness());
  }

  /** The machine's pace in a run, against the look before it. */
  private Pace pace(ServiceBench.Measured measured, TraceEvidence evidence, ServiceBench.Now now) {
    ServiceLadder ladder = applications.ladder();
    List<Double> ratios =
        measured.ratios(ladder).stream().map(ratio -> ratio * now.slowness()).toList();
    return evidence.pace(measured.rates(ladder, now.recordsPerSecond()), enough(now), ratios);
  }

  /** Records without a result that are enough to do. */
  private double enough(ServiceBench.Now now) {
    return batching.threads() * batching.batch() + now.recordsPerSecond() * COMMIT_SECONDS;
  }

  /** What the simulator says of the same runs. */
  private ObjectNode simulated(
      Trace trace,
      String law,
      Optional<ServiceBench.Measured> measured,
      long seed,
      Collected runs) {
    ServiceLadder ladder = applications.ladder();
    TimeTable times = applications.times();
    Pipeline pipeline =
        Pipeline.of(1, BenchApplications.PARTITIONS)
            .withWorkers(batching.threads(), batching.limits());
    List<Figures> figures = new ArrayList<>();
    for (int round = 0; round < runs.slowness.size(); round++) {
      long drawn = seed + round;
      double capacity = runs.capacities.get(round);
      Simulation simulation =
          measured
              .map(ServiceBench.Measured::service)
              .map(each -> each.atRate(capacity))
              .map(each -> SimulationFit.of(each, pipeline, ladder, times, drawn))
              .orElseGet(() -> new Simulation(pipeline, ladder, times));
      double one = measured.isPresent() ? capacity : simulation.capacity(drawn);
      Simulation.Run run =
          simulation
              .withPace(runs.paces.get(round))
              .run(trace, law, applications.laws(law), drawn, one);
      figures.add(run.figures());
      tell(law, round, "simulated", run.seconds());
    }
    return Figures.mean(figures).json().retain(SIMULATED);
  }

  private void tell(String law, int round, String run, List<Second> of) {
    of.forEach(
        each -> seconds.accept(String.join(",", law, String.valueOf(round + 1), run, each.line())));
  }
}
