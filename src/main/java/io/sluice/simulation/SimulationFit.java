package io.sluice.simulation;

import io.sluice.control.ServiceLadder;
import io.sluice.control.ServiceLevel;
import io.sluice.control.TimeTable;
import io.sluice.control.law.FixedLaw;
import java.util.ArrayList;
import java.util.List;

/**
 * Fits the simulator to what was measured of the real application: batches take so much longer than
 * the table says that as many records a second are translated, at full quality and at the cheapest
 * level (those between err by a share in proportion to what they save), and results take so much
 * longer to their reader that the median latency under a light load is the measured one. Pure.
 */
public final class SimulationFit {
  /** Rates are almost in inverse proportion to times: few rounds do. */
  private static final int ROUNDS = 4;

  private static final double LIGHT_SECONDS = 20;

  private SimulationFit() {}

  /**
   * A simulation that does what the application did.
   *
   * @param pipeline as many instances of it; its workers and batches become the measured ones
   * @param times the table that controllers begin with
   */
  public static Simulation of(
      MeasuredService measured,
      Pipeline pipeline,
      ServiceLadder ladder,
      TimeTable times,
      long seed) {
    SentenceLengths usual = SentenceLengths.CAPTIONS;
    SentenceLengths lengths =
        new SentenceLengths(
            measured.meanSourceTokens(),
            measured.sourceSpread(),
            usual.targetPerSource(),
            usual.targetSpread());
    Pipeline busy =
        pipeline
            .withWorkers(measured.workers(), pipeline.batch().withMaxRows(measured.batch()))
            .withBusyShare(measured.busyShare());
    double full = 1;
    double lowest = 1;
    Simulation simulation = null;
    for (int round = 0; round < ROUNDS; round++) {
      BatchTimes truth = new BatchTimes(times, between(ladder, full, lowest));
      simulation = new Simulation(busy, ladder, times, truth, lengths);
      double instances = pipeline.instances();
      full *= simulation.capacity(0, seed) / instances / measured.recordsPerSecond();
      lowest *=
          simulation.capacity(ladder.lowest(), seed)
              / instances
              / measured.lowestRecordsPerSecond();
    }
    return simulation.withCommitMillis(commitMillis(simulation, measured, seed));
  }

  /**
   * Factors of all levels where two are known: those between lie in proportion to what they save.
   *
   * @param full of full quality
   * @param lowest of the cheapest level
   */
  public static List<Double> between(ServiceLadder ladder, double full, double lowest) {
    double most = 1 - ladder.level(ladder.lowest()).cost();
    List<Double> factors = new ArrayList<>();
    for (ServiceLevel level : ladder.levels()) {
      double share = most > 0 ? (1 - level.cost()) / most : 0;
      factors.add(full * Math.pow(lowest / full, share));
    }
    return factors;
  }

  private static double commitMillis(Simulation simulation, MeasuredService measured, long seed) {
    Trace light =
        new Trace(
            "light",
            LIGHT_SECONDS,
            second -> measured.lightLoad(),
            measured.lightLoad(),
            List.of(),
            List.of());
    double capacity = measured.recordsPerSecond() * simulation.pipeline().instances();
    double simulated =
        simulation.figures(light, "fixed", () -> new FixedLaw(0), seed, capacity).p50Millis();
    return Math.max(0, simulation.pipeline().commitMillis() + measured.lightMillis() - simulated);
  }
}
