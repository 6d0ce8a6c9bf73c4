package io.sluice.simulation;

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
 * Every published trace under every law, the threshold law as good as it gets on them.
 *
 * @param simulation what was run
 * @param objective latency that was promised
 * @param tuned the best threshold law
 * @param recordsPerSecond at full quality
 * @param lowestRecordsPerSecond at the cheapest level
 * @param outcomes in the order of the traces
 */
public record LawComparison(
    Simulation simulation,
    Duration objective,
    ThresholdTuner.Setting tuned,
    double recordsPerSecond,
    double lowestRecordsPerSecond,
    List<Outcome> outcomes) {
  /** The law that is compared with the others. */
  public static final String MODEL = "model";

  /** The best threshold law. */
  public static final String THRESHOLD = "threshold, tuned";

  /** Full quality. */
  public static final String FIXED = "fixed";

  private static final List<String> NAMED = List.of(MODEL, "aimd", FIXED);

  /**
   * One trace.
   *
   * @param byLaw figures by the name of the law
   */
  public record Outcome(Trace trace, Map<String, Figures> byLaw) {}

  public LawComparison {
    outcomes = List.copyOf(outcomes);
  }

  /** Runs that {@link #of} makes. */
  public static int runs(Simulation simulation, Duration objective) {
    List<Trace> traces = Traces.shown();
    return new ThresholdTuner(simulation, objective).runs(traces)
        + traces.size() * (NAMED.size() + 1);
  }

  /**
   * Compares.
   *
   * @param drain time in which a backlog is to be gone
   * @param done told how many runs are done, by several threads, one at a time
   */
  public static LawComparison of(
      Simulation simulation, Duration objective, Duration drain, long seed, IntConsumer done) {
    AtomicInteger count = new AtomicInteger();
    Runnable ran =
        () -> {
          synchronized (count) {
            done.accept(count.incrementAndGet());
          }
        };
    List<Trace> traces = Traces.shown();
    ThresholdTuner.Setting tuned =
        new ThresholdTuner(simulation, objective).best(traces, seed, ran);
    double capacity = simulation.capacity(seed);
    Map<String, Supplier<ControlLaw>> laws = new LinkedHashMap<>();
    for (String name : NAMED) {
      laws.put(name, () -> Laws.named(name, simulation.ladder(), objective, drain));
    }
    laws.put(THRESHOLD, tuned::law);
    List<Outcome> outcomes = new ArrayList<>();
    for (Trace trace : traces) {
      Map<String, Figures> figures = new LinkedHashMap<>();
      laws.forEach(
          (name, law) -> {
            figures.put(name, simulation.figures(trace, name, law, seed, capacity));
            ran.run();
          });
      outcomes.add(new Outcome(trace, figures));
    }
    return new LawComparison(
        simulation,
        objective,
        tuned,
        capacity,
        simulation.capacity(simulation.ladder().lowest(), seed),
        outcomes);
  }

  /** Figures of a trace. */
  public Figures figures(String trace, double peak, String law) {
    return outcomes.stream()
        .filter(each -> each.trace.name().equals(trace) && each.trace.peak() == peak)
        .findFirst()
        .orElseThrow()
        .byLaw
        .get(law);
  }

  /** What a run is worth, see {@link ThresholdTuner#cost}. */
  public double cost(Figures figures) {
    return new ThresholdTuner(simulation, objective).cost(figures);
  }
}
