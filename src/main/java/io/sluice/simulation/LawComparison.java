package io.sluice.simulation;

import io.sluice.control.ServiceLadder;
import io.sluice.control.law.ControlLaw;
import io.sluice.control.law.Laws;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/**
 * Every published trace under every law, the threshold law as good as it gets on them; means over
 * several draws of arrivals.
 *
 * @param simulation what was run
 * @param objective latency that was promised
 * @param drain time in which a backlog is to be gone
 * @param draws of each trace
 * @param tuned the best threshold law
 * @param recordsPerSecond at full quality
 * @param lowestRecordsPerSecond at the cheapest level
 * @param outcomes in the order of the traces
 */
public record LawComparison(
    Simulation simulation,
    Duration objective,
    Duration drain,
    int draws,
    ThresholdTuner.Setting tuned,
    double recordsPerSecond,
    double lowestRecordsPerSecond,
    List<Outcome> outcomes) {
  /** The law that is compared with the others. */
  public static final String MODEL = "model";

  /** The best threshold law. */
  public static final String THRESHOLD = "threshold, tuned";

  /** The law that is compared with the others, on levels that search more narrowly too. */
  public static final String WHOLE = "model, `--ladder all`";

  /** Full quality. */
  public static final String FIXED = "fixed";

  private static final List<String> NAMED = List.of(MODEL, "aimd", FIXED);

  /**
   * One trace.
   *
   * @param draws figures of each draw by the name of the law
   */
  public record Outcome(Trace trace, Map<String, List<Figures>> draws) {

    /** Means over the draws. */
    public Figures mean(String law) {
      return Figures.mean(draws.get(law));
    }

    /** The p99 of the worst draw. */
    public double worstP99Millis(String law) {
      return draws.get(law).stream().mapToDouble(Figures::p99Millis).max().orElseThrow();
    }
  }

  public LawComparison {
    outcomes = List.copyOf(outcomes);
  }

  /** Steps of {@link #of}: a trace under a law, all draws. */
  public static int runs(Simulation simulation, Duration objective) {
    List<Trace> traces = Traces.shown();
    return new ThresholdTuner(simulation, objective).runs(traces)
        + traces.size() * (NAMED.size() + 1);
  }

  /**
   * Compares.
   *
   * @param drain time in which a backlog is to be gone
   * @param seed of the first draw
   * @param draws of each trace, at least 1
   * @param done told how many steps are done, by several threads, one at a time
   */
  public static LawComparison of(
      Simulation simulation,
      Duration objective,
      Duration drain,
      long seed,
      int draws,
      IntConsumer done) {
    AtomicInteger count = new AtomicInteger();
    Runnable ran =
        () -> {
          synchronized (count) {
            done.accept(count.incrementAndGet());
          }
        };
    List<Trace> traces = Traces.shown();
    RepeatedRuns runs = RepeatedRuns.of(simulation, seed, draws);
    ThresholdTuner.Setting tuned =
        new ThresholdTuner(simulation, objective).best(traces, runs, ran);
    Map<String, Supplier<ControlLaw>> laws = new LinkedHashMap<>();
    for (String name : NAMED) {
      laws.put(name, () -> Laws.named(name, simulation.ladder(), objective, drain));
    }
    laws.put(THRESHOLD, tuned::law);
    List<Outcome> outcomes = new ArrayList<>();
    for (Trace trace : traces) {
      Map<String, List<Figures>> figures = new LinkedHashMap<>();
      laws.forEach(
          (name, law) -> {
            figures.put(name, runs.figures(trace, name, law));
            ran.run();
          });
      outcomes.add(new Outcome(trace, figures));
    }
    return new LawComparison(
        simulation,
        objective,
        drain,
        draws,
        tuned,
        runs.capacity(),
        runs.capacity(simulation.ladder().lowest()),
        outcomes);
  }

  /**
   * What came of the step that takes more than fewer experts save, on a ladder that also has
   * narrower searches. Loads are shares of its own full quality, and losses are against it.
   *
   * @param outcome under {@link #WHOLE} alone
   * @param ladder that it ran on
   * @param recordsPerSecond at its full quality
   */
  public record Wider(Outcome outcome, ServiceLadder ladder, double recordsPerSecond) {}

  /**
   * Runs it.
   *
   * @param wider the same simulation on such a ladder
   * @param seed of the first draw
   */
  public Wider onLadder(Simulation wider, long seed) {
    Trace trace = Traces.named("step", 2);
    Supplier<ControlLaw> law = () -> Laws.named("model", wider.ladder(), objective, drain);
    RepeatedRuns runs = RepeatedRuns.of(wider, seed, draws);
    Outcome outcome = new Outcome(trace, Map.of(WHOLE, runs.figures(trace, WHOLE, law)));
    return new Wider(outcome, wider.ladder(), runs.capacity());
  }

  /**
   * A trace.
   *
   * @throws java.util.NoSuchElementException if it is not among them
   */
  public Outcome outcome(String trace, double peak) {
    return outcomes.stream()
        .filter(each -> each.trace.name().equals(trace) && each.trace.peak() == peak)
        .findFirst()
        .orElseThrow();
  }

  /** What a trace costs under a law, see {@link ThresholdTuner#cost}: the mean of the draws. */
  public double cost(Outcome outcome, String law) {
    return new ThresholdTuner(simulation, objective).cost(outcome.draws.get(law));
  }
}
