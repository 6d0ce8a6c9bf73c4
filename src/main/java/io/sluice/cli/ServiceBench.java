package io.sluice.cli;

import io.sluice.control.FullBatches;
import io.sluice.control.ServiceLadder;
import io.sluice.simulation.MeasuredService;
import io.sluice.simulation.SimulationFit;
import io.sluice.simulation.Trace;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Consumer;

/**
 * Rates of the application on this machine: one at full quality and one at the cheapest level, on
 * topics of their own, that take turns, so that a machine which changes its speed changes both.
 * Call from one thread.
 */
final class ServiceBench implements AutoCloseable {
  private static final int WARM_RECORDS = 200;
  private static final double OVERLOAD = 1.4;
  private static final double LIGHT_LOAD = 0.3;
  private static final double QUEUE_SECONDS = 1;
  private static final double LEAST_SECONDS = 4;
  private static final int MOST_ROUNDS = 6;
  private static final double SETTLED = 0.03;

  /** Java's compilers are as good as done when they take less of one processor. */
  private static final double QUIET = 0.1;

  private final BenchApplications applications;
  private final BatchOptions batching;
  private final int records;
  private final Consumer<String> progress;
  private final Subject full;

  /**
   * Starts the application at full quality.
   *
   * @param records about so many for each look at a rate
   * @param progress told what is being done, for people
   */
  ServiceBench(
      BenchApplications applications,
      BatchOptions batching,
      int records,
      Consumer<String> progress) {
    this.applications = applications;
    this.batching = batching;
    this.records = records;
    this.progress = progress;
    this.full = new Subject(applications.start("fixed"));
  }

  /**
   * What the application does on this machine, and how long its batches took meanwhile.
   *
   * @param full real over tabled time of full batches at full quality
   * @param lowest the same at the cheapest level
   */
  record Measured(MeasuredService service, double full, double lowest) {

    /** How much longer batches took than those did; empty if none was full. */
    OptionalDouble slowness(ServiceLadder ladder, FullBatches batches) {
      return batches.slowness(ratios(ladder));
    }

    /** Real over tabled time of full batches, by level. */
    List<Double> ratios(ServiceLadder ladder) {
      return SimulationFit.between(ladder, full, lowest);
    }

    /** Records a second at each level, where full quality takes so many. */
    List<Double> rates(ServiceLadder ladder, double recordsPerSecond) {
      MeasuredService now = service.atRate(recordsPerSecond);
      return SimulationFit.between(ladder, recordsPerSecond, now.lowestRecordsPerSecond());
    }
  }

  /** Looks at a rate: records a second in sum, and the batches that were full. */
  private record Looks(int count, double sum, FullBatches batches) {
    Looks and(Looks other) {
      return new Looks(count + other.count, sum + other.sum, batches.and(other.batches));
    }

    double rate() {
      return sum / count;
    }
  }

  /**
   * What the application does on this machine, when it is warm.
   *
   * @param warmUpSeconds how long at most it works before anything counts: until Java's compilers
   *     are quiet
   */
  Measured measure(double warmUpSeconds) throws InterruptedException {
    ServiceLadder ladder = applications.ladder();
    long begun = System.nanoTime();
    full.warm(begun + (long) (warmUpSeconds / 2 * 1e9)); // each has code of its own to compile
    Looks fullLooks;
    Looks lowestLooks;
    try (BenchApplications.Started cheapest = applications.start("fixed:1")) { // none runs fewer
      Subject lowest = new Subject(cheapest);
      lowest.warm(begun + (long) (warmUpSeconds * 1e9));
      Looks fullBefore = full.look();
      Looks lowestBefore = lowest.look();
      int rounds = 1;
      boolean settled;
      do {
        Looks lowestNow = lowest.look();
        Looks fullNow = full.look();
        double before = lowestBefore.rate() / fullBefore.rate();
        double now = lowestNow.rate() / fullNow.rate();
        settled = Math.abs(now - before) < SETTLED * before;
        fullLooks = fullBefore.and(fullNow);
        lowestLooks = lowestBefore.and(lowestNow);
        fullBefore = fullNow;
        lowestBefore = lowestNow;
        rounds++;
        progress.accept(
            "measuring rates: %.0f records/s at full quality, %.0f at the cheapest level"
                .formatted(fullLooks.rate(), lowestLooks.rate()));
      } while (!settled && rounds < MOST_ROUNDS);
    }
    progress.accept("measuring latency under a light load");
    double light = light(ladder, LIGHT_LOAD * fullLooks.rate());
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
            fullLooks.rate(),
            lowestLooks.rate(),
            LIGHT_LOAD,
            light,
            full.started.busyShare(),
            mean,
            Math.sqrt(variance));
    return new Measured(
        service,
        fullLooks.batches.ratio(0).orElse(1),
        lowestLooks.batches.ratio(ladder.lowest()).orElse(1));
  }

  /** Full quality as the machine is now; after {@link #measure}. */
  Now now(Measured measured) throws InterruptedException {
    Looks look = full.look();
    return new Now(look.rate(), measured.slowness(applications.ladder(), look.batches).orElse(1));
  }

  /**
   * Full quality at some moment.
   *
   * @param recordsPerSecond what counts as 1
   * @param slowness how much longer batches took than when rates were measured
   */
  record Now(double recordsPerSecond, double slowness) {}

  /** An application that is looked at. */
  private final class Subject {
    private final BenchApplications.Started started;
    private double lastRate;

    Subject(BenchApplications.Started started) {
      this.started = started;
    }

    /** Works until Java's compilers are quiet, or it is late. */
    void warm(long end) throws InterruptedException {
      lastRate = started.run().burst(applications.ladder(), WARM_RECORDS).throughput();
      double busy = 1;
      while (busy > QUIET && System.nanoTime() < end) {
        long begun = System.nanoTime();
        long compiled = ManagementFactory.getCompilationMXBean().getTotalCompilationTime();
        double rate = look().rate();
        busy =
            (ManagementFactory.getCompilationMXBean().getTotalCompilationTime() - compiled)
                * 1e6
                / (System.nanoTime() - begun);
        progress.accept(
            "warming up: %.0f records/s, compiling takes %.0f %% of a processor"
                .formatted(rate, busy * 100));
      }
    }

    /**
     * Records a second while more come than can be taken, from when they queue to when the last is
     * sent: a producer at work costs something.
     */
    Looks look() throws InterruptedException {
      double seconds = QUEUE_SECONDS + Math.max(LEAST_SECONDS, records / lastRate);
      Trace trace = steady("overload", seconds, OVERLOAD);
      FullBatches before = started.fullBatches();
      double rate =
          started
              .run()
              .run(trace, applications.ladder(), lastRate, 1)
              .throughput(QUEUE_SECONDS, seconds);
      if (!(rate > 0)) {
        throw new ExitException("no result came within %.0f s".formatted(seconds));
      }
      lastRate = rate;
      return new Looks(1, rate, started.fullBatches().since(before));
    }
  }

  private double light(ServiceLadder ladder, double rate) throws InterruptedException {
    return full.started
        .run()
        .run(steady("light", LEAST_SECONDS, 1), ladder, rate, 1)
        .figures("fixed", 0)
        .p50Millis();
  }

  private static Trace steady(String name, double seconds, double load) {
    return new Trace(name, seconds, second -> load, load, List.of(), List.of());
  }

  @Override
  public void close() {
    full.started.close();
  }
}
