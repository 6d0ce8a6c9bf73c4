package io.sluice.cli;

import io.sluice.control.BudgetController;
import io.sluice.control.FullBatches;
import io.sluice.control.ServiceLadder;
import io.sluice.simulation.MeasuredService;
import io.sluice.simulation.SimulationFit;
import io.sluice.simulation.Trace;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** Rates of the application on this machine, before a trace is run. Call from one thread. */
final class ServiceBench {
  private static final int WARM_RECORDS = 200;
  private static final double OVERLOAD = 1.4;
  private static final double LIGHT_LOAD = 0.3;
  private static final double QUEUE_SECONDS = 1;
  private static final double LEAST_SECONDS = 4;
  private static final int LEAST_ROUNDS = 2;
  private static final int MOST_ROUNDS = 8;
  private static final double SETTLED = 0.03;

  private final BenchApplications applications;
  private final BatchOptions batching;
  private final Consumer<String> progress;

  /**
   * A bench.
   *
   * @param progress told what is being done, for people
   */
  ServiceBench(BenchApplications applications, BatchOptions batching, Consumer<String> progress) {
    this.applications = applications;
    this.batching = batching;
    this.progress = progress;
  }

  /**
   * What the application does on this machine, and how long its batches took meanwhile.
   *
   * @param full real over tabled time of full batches at full quality
   * @param lowest the same at the cheapest level
   */
  record Measured(MeasuredService service, double full, double lowest) {

    /** How much longer batches took than those did; 1 if none was full. */
    double slowness(ServiceLadder ladder, FullBatches batches) {
      return batches.slowness(SimulationFit.between(ladder, full, lowest)).orElse(1);
    }
  }

  /** A look at a rate: records a second, and the batches that were full. */
  private record Look(double rate, FullBatches batches) {
    Look and(Look other) {
      return new Look((rate + other.rate) / 2, batches.and(other.batches));
    }
  }

  /**
   * What the application does on this machine, when it is warm.
   *
   * @param records about so many for each look at a rate
   * @param warmUpSeconds how long it works before anything counts: two looks in a row may agree
   *     long before the compiler is done; so long at most it then looks for two that agree
   */
  Measured measure(int records, double warmUpSeconds) throws InterruptedException {
    ServiceLadder ladder = applications.ladder();
    Look full;
    double light;
    double busy;
    try (ExpertControl.Controlled controlled = applications.start("fixed")) {
      var unused = applications.run().burst(ladder, WARM_RECORDS);
      double first = warm(controlled, records, warmUpSeconds);
      full = settled("full quality", controlled, records, first, warmUpSeconds);
      busy = controlled.controller().map(BudgetController::busyShare).orElse(1.0);
      progress.accept("measuring latency under a light load");
      light = light(ladder, LIGHT_LOAD * full.rate);
    }
    Look lowest;
    try (ExpertControl.Controlled controlled =
        applications.start("fixed:1")) { // none runs fewer: the cheapest
      var warm = applications.run().burst(ladder, WARM_RECORDS);
      lowest = settled("the cheapest level", controlled, records, full.rate, warmUpSeconds);
    }
    double[] tokens = applications.tokens();
    double mean = Arrays.stream(tokens).average().orElseThrow();
    double[] logs = Arrays.stream(tokens).map(Math::log).toArray();
    double center = Arrays.stream(logs).average().orElseThrow();
    double variance =
        Arrays.stream(logs).map(x -> (x - center) * (x - center)).average().orElseThrow();
    MeasuredService service =
        new MeasuredService(
            batching.threads(),
            batching.batch(),
            full.rate,
            lowest.rate,
            LIGHT_LOAD,
            light,
            busy,
            mean,
            Math.sqrt(variance));
    return new Measured(
        service, full.batches.ratio(0).orElse(1), lowest.batches.ratio(ladder.lowest()).orElse(1));
  }

  /** Works for some time; the best rate that was seen. */
  private double warm(ExpertControl.Controlled controlled, int records, double seconds)
      throws InterruptedException {
    long end = System.nanoTime() + (long) (seconds * 1e9);
    double best = applications.run().burst(applications.ladder(), records).throughput();
    while (System.nanoTime() < end) {
      progress.accept("warming up: %.0f records/s".formatted(best));
      best = Math.max(best, overload(controlled, records, best).rate);
    }
    return best;
  }

  /** Looks at a rate until two looks agree: code that is still being compiled is slow. */
  private Look settled(
      String what,
      ExpertControl.Controlled controlled,
      int records,
      double rate,
      double mostSeconds)
      throws InterruptedException {
    long end = System.nanoTime() + (long) (mostSeconds * 1e9);
    Look last = overload(controlled, records, rate);
    for (int round = 1;
        round < LEAST_ROUNDS || (round < MOST_ROUNDS && System.nanoTime() < end);
        round++) {
      progress.accept("measuring %s: %.0f records/s".formatted(what, last.rate));
      Look next = overload(controlled, records, Math.max(rate, last.rate));
      if (Math.abs(next.rate - last.rate) < SETTLED * last.rate) {
        return last.and(next);
      }
      last = next;
    }
    progress.accept("%s did not settle: %.0f records/s at last".formatted(what, last.rate));
    return last;
  }

  /**
   * Records a second while more come than can be taken, from when they queue to when the last is
   * sent: a producer at work costs something.
   */
  private Look overload(ExpertControl.Controlled controlled, int records, double rate)
      throws InterruptedException {
    double seconds = QUEUE_SECONDS + Math.max(LEAST_SECONDS, records / rate);
    Trace trace = steady("overload", seconds, OVERLOAD);
    FullBatches before = controlled.fullBatches();
    double now =
        applications
            .run()
            .run(trace, applications.ladder(), rate, 1)
            .throughput(QUEUE_SECONDS, seconds);
    return new Look(now, controlled.fullBatches().since(before));
  }

  private double light(ServiceLadder ladder, double rate) throws InterruptedException {
    return applications
        .run()
        .run(steady("light", LEAST_SECONDS, 1), ladder, rate, 1)
        .figures("fixed", 0)
        .p50Millis();
  }

  private static Trace steady(String name, double seconds, double load) {
    return new Trace(name, seconds, second -> load, load, List.of(), List.of());
  }
}
