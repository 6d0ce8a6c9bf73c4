package io.sluice.simulation;

import io.sluice.control.law.ControlLaw;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.LongStream;

/**
 * One simulation with several draws of arrivals and sentences: what one draw shows may be luck.
 *
 * @param simulation what runs
 * @param capacities records a second at full quality, by seed
 */
record RepeatedRuns(Simulation simulation, Map<Long, Double> capacities) {

  /**
   * Draws of consecutive seeds.
   *
   * @param seed the first
   * @param count at least 1
   */
  static RepeatedRuns of(Simulation simulation, long seed, int count) {
    Map<Long, Double> capacities = new TreeMap<>();
    LongStream.range(seed, seed + count)
        .forEach(each -> capacities.put(each, simulation.capacity(each)));
    return new RepeatedRuns(simulation, capacities);
  }

  /** Records a second at full quality, on average. */
  double capacity() {
    return capacities.values().stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }

  /** Records a second at a level, on average. */
  double capacity(int level) {
    return capacities.keySet().stream()
        .mapToDouble(seed -> simulation.capacity(level, seed))
        .average()
        .orElseThrow();
  }

  /** The figures of each draw. */
  List<Figures> figures(Trace trace, String name, Supplier<ControlLaw> law) {
    return capacities.entrySet().stream()
        .map(each -> simulation.figures(trace, name, law, each.getKey(), each.getValue()))
        .toList();
  }
}
