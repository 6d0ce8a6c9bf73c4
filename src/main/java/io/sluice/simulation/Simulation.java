package io.sluice.simulation;

import io.sluice.control.BatchWork;
import io.sluice.control.BudgetController;
import io.sluice.control.LoadMeter;
import io.sluice.control.ServiceLadder;
import io.sluice.control.ServiceLevel;
import io.sluice.control.ServiceModel;
import io.sluice.control.TimeTable;
import io.sluice.control.law.ControlLaw;
import io.sluice.control.law.FixedLaw;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/**
 * Runs traces against instances on a virtual clock. Immutable; the same seed gives the same run.
 *
 * @param pipeline the application
 * @param ladder its levels
 * @param times the table that the controller begins with
 * @param truth the times that batches really take
 * @param lengths of the sentences
 */
public record Simulation(
    Pipeline pipeline,
    ServiceLadder ladder,
    TimeTable times,
    BatchTimes truth,
    SentenceLengths lengths) {
  private static final int CAPACITY_RECORDS = 6000;
  private static final int REHEARSALS = 2;
  private static final double STALE_STEP_SECONDS = 10;

  /** A simulation in which the table is right. */
  public Simulation(Pipeline pipeline, ServiceLadder ladder, TimeTable times) {
    this(
        pipeline,
        ladder,
        times,
        BatchTimes.tabled(times, ladder.levels().size()),
        SentenceLengths.CAPTIONS);
  }

  /**
   * A finished run.
   *
   * @param figures the whole
   * @param seconds one after the other
   * @param capacity records a second of all instances at full quality
   */
  public record Run(Figures figures, List<Second> seconds, double capacity) {
    public Run {
      seconds = List.copyOf(seconds);
    }
  }

  /**
   * Runs a trace to its end, and on until every record has its result.
   *
   * @param name of the law, for tables
   * @param law makes a law for each instance
   */
  public Run run(Trace trace, String name, Supplier<ControlLaw> law, long seed) {
    return run(trace, name, law, seed, capacity(seed));
  }

  /**
   * The same where the capacity is known.
   *
   * @param capacity as {@link #capacity(long)} returns it
   */
  public Run run(Trace trace, String name, Supplier<ControlLaw> law, long seed, double capacity) {
    Recorder recorder = start(trace, law, seed, capacity);
    return new Run(recorder.figures(name), recorder.seconds(), capacity);
  }

  /** The same application with another time from a commit to a reader. */
  Simulation withCommitMillis(double millis) {
    return new Simulation(pipeline.withCommitMillis(millis), ladder, times, truth, lengths);
  }

  /** The same application on a machine with another pace; capacities are those of a steady one. */
  public Simulation withPace(Pace pace) {
    return new Simulation(pipeline, ladder, times, truth.withPace(pace), lengths);
  }

  /** The figures of a run alone. */
  Figures figures(Trace trace, String name, Supplier<ControlLaw> law, long seed, double capacity) {
    return start(trace, law, seed, capacity).figures(name);
  }

  /** Records a second of all instances at full quality, with always enough to do. */
  public double capacity(long seed) {
    return capacity(0, seed);
  }

  /** The same at another level. */
  public double capacity(int level, long seed) {
    Trace all = new Trace("burst", 1, second -> 1, 1, List.of(), List.of());
    BatchTimes steady = truth.withPace(Pace.STEADY);
    Simulation burst = new Simulation(pipeline.alone(), ladder, times, steady, lengths);
    Recorder recorder = burst.start(all, () -> new FixedLaw(level), seed, CAPACITY_RECORDS);
    return recorder.throughput() * pipeline.instances();
  }

  private Recorder start(Trace trace, Supplier<ControlLaw> law, long seed, double capacity) {
    EventQueue events = new EventQueue();
    Recorder recorder = new Recorder(trace, ladder, pipeline.instances());
    List<SimulatedInstance> instances = new ArrayList<>();
    Random random = new Random(seed);
    for (int i = 0; i < pipeline.instances(); i++) {
      ServiceModel model =
          new ServiceModel(ladder, times, pipeline.workers(), pipeline.batch().maxRows());
      rehearse(model);
      BudgetController controller =
          new BudgetController(
              ladder,
              law.get(),
              model,
              Duration.ofMillis((long) (STALE_STEP_SECONDS * 1000)),
              change -> recorder.changed(change.nanos() / 1e9));
      LoadMeter meter = new LoadMeter(Duration.ofMillis((long) (2 * pipeline.sensorMillis())));
      instances.add(
          new SimulatedInstance(
              events, pipeline, truth, model, controller, meter, recorder, random.nextLong()));
    }
    for (int partition = 0; partition < pipeline.partitions(); partition++) {
      instances.get(partition % pipeline.instances()).own(partition);
    }
    ArrivingRecords arriving =
        new ArrivingRecords(
            new Arrivals(trace, capacity, random), trace, lengths, pipeline.partitions(), random);
    arriving.begin(events, row -> instances.get(row.partition() % instances.size()).arrived(row));
    sense(trace, events, instances, recorder, arriving);
    while (events.step()) {
      // events schedule the next ones
    }
    return recorder;
  }

  /** Before the first record some batches are translated at full quality. */
  private void rehearse(ServiceModel model) {
    ServiceLevel full = ladder.level(0);
    for (int round = 0; round < REHEARSALS; round++) {
      model.observe(full, BatchWork.TYPICAL, truth.millis(full, BatchWork.TYPICAL, 0));
    }
  }

  private static Recorder.Moment moment(double second, List<SimulatedInstance> all) {
    int waiting = 0;
    double level = 0;
    int worst = 0;
    for (SimulatedInstance each : all) {
      waiting += each.waitingRecords();
      level += each.level().number();
      worst = Math.max(worst, each.level().number());
    }
    return new Recorder.Moment(second, waiting, level / all.size(), worst);
  }

  private void sense(
      Trace trace,
      EventQueue events,
      List<SimulatedInstance> instances,
      Recorder recorder,
      ArrivingRecords arriving) {
    instances.forEach(each -> each.sense(trace));
    recorder.moment(moment(events.seconds(), instances));
    boolean more =
        events.seconds() < trace.seconds() || recorder.finishedRecords() < arriving.records();
    if (more) {
      events.after(
          pipeline.sensorMillis(), () -> sense(trace, events, instances, recorder, arriving));
    }
  }
}
