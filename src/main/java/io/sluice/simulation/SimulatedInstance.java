package io.sluice.simulation;

import io.sluice.batching.BatchPolicy;
import io.sluice.batching.Candidate;
import io.sluice.batching.Room;
import io.sluice.control.BudgetController;
import io.sluice.control.LoadMeter;
import io.sluice.control.LoadSample;
import io.sluice.control.PartitionLoad;
import io.sluice.control.PendingLoad;
import io.sluice.control.ServiceLevel;
import io.sluice.control.ServiceModel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** One instance of the application: dispatcher, workers, outbox and controller. One thread. */
final class SimulatedInstance {
  /** Candidates for one batch, as a multiple of its rows: the dispatcher's window. */
  private static final int WINDOW = 16;

  /** Of the measured speed, see {@code BatchRunner}. */
  private static final double SMOOTHING = 0.2;

  /** Offsets of a stuck partition that nobody can fetch. */
  private static final long STUCK_OFFSETS = 5000;

  private final EventQueue events;
  private final Pipeline pipeline;
  private final BatchPolicy policy;
  private final BatchTimes truth;
  private final ServiceModel model;
  private final BudgetController controller;
  private final LoadMeter meter;
  private final Recorder recorder;
  private final Random noise;
  private final Map<Integer, Partition> partitions = new TreeMap<>();
  private final Deque<SimulatedRecord> unread = new ArrayDeque<>();
  private final List<Waiting> waiting = new ArrayList<>();
  private final double commitPhase;
  private double paddedTokensPerSecond;
  private boolean fetching;
  private long waitingTokens;
  private int open;
  private int busy;
  private int running;
  private long admittedRecords;
  private long admittedTokens;
  private long translatedTokens;
  private long wakeNanos = -1;

  private static final class Partition {
    private long end;
    private long position;
  }

  private record Waiting(SimulatedRecord row, long sinceNanos) {}

  SimulatedInstance(
      EventQueue events,
      Pipeline pipeline,
      BatchTimes truth,
      ServiceModel model,
      BudgetController controller,
      LoadMeter meter,
      Recorder recorder,
      long seed) {
    this.events = events;
    this.pipeline = pipeline;
    this.policy = new BatchPolicy(pipeline.batch());
    this.truth = truth;
    this.model = model;
    this.controller = controller;
    this.meter = meter;
    this.recorder = recorder;
    this.noise = new Random(seed);
    this.commitPhase = noise.nextDouble() * pipeline.commitIntervalMillis();
  }

  void own(int partition) {
    partitions.put(partition, new Partition());
  }

  ServiceLevel level() {
    return controller.level();
  }

  /** Records that are not read or in no batch yet. */
  int waitingRecords() {
    return unread.size() + waiting.size();
  }

  /** A record is in its partition. */
  void arrived(SimulatedRecord row) {
    partitions.get(row.partition()).end++;
    unread.add(row);
    fetchAfter(pipeline.fetchMillis());
  }

  /** The thread that fetches comes round at most once in a while. */
  private void fetchAfter(double millis) {
    if (!fetching) {
      fetching = true;
      events.after(
          Math.max(millis, pipeline.roundMillis()),
          () -> {
            fetching = false;
            fetch();
          });
    }
  }

  private void fetch() {
    long fetchable = events.now() - Math.round(pipeline.fetchMillis() * 1e6);
    while (open < pipeline.maxOpenRecords()
        && !unread.isEmpty()
        && unread.peek().bornNanos() <= fetchable) {
      SimulatedRecord row = unread.poll();
      partitions.get(row.partition()).position++;
      admittedRecords++;
      admittedTokens += row.source();
      waitingTokens += row.source();
      open++;
      waiting.add(new Waiting(row, events.now()));
    }
    if (open < pipeline.maxOpenRecords() && !unread.isEmpty()) {
      fetchAfter((unread.peek().bornNanos() - fetchable) / 1e6);
    }
    dispatch();
  }

  private void dispatch() {
    while (busy < pipeline.workers() && !waiting.isEmpty()) {
      List<Candidate> window = window();
      long wait = policy.nanosUntilRelease(window, busy);
      if (wait > 0) {
        wake(events.now() + wait);
        return;
      }
      Room room = policy.room(window.size(), pipeline.workers(), paddedTokensPerSecond);
      translate(take(policy.choose(window, room), window.size()));
    }
  }

  private void wake(long nanos) {
    if (wakeNanos < 0 || nanos < wakeNanos) {
      wakeNanos = nanos;
      events.at(
          nanos,
          () -> {
            wakeNanos = -1;
            dispatch();
          });
    }
  }

  private List<Candidate> window() {
    int size = Math.min(waiting.size(), pipeline.batch().maxRows() * WINDOW);
    List<Candidate> window = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      Waiting each = waiting.get(i);
      window.add(new Candidate(each.row.source(), 0, 0, events.now() - each.sinceNanos, false));
    }
    return window;
  }

  /** Takes some of the first ones out of the line. */
  private List<SimulatedRecord> take(List<Integer> chosen, int window) {
    BitSet taken = new BitSet();
    List<SimulatedRecord> batch = new ArrayList<>();
    for (int index : chosen) {
      taken.set(index);
      SimulatedRecord row = waiting.get(index).row;
      waitingTokens -= row.source();
      batch.add(row);
    }
    int kept = window;
    for (int i = window - 1; i >= 0; i--) {
      if (!taken.get(i)) {
        waiting.set(--kept, waiting.get(i));
      }
    }
    waiting.subList(0, kept).clear();
    return batch;
  }

  private void translate(List<SimulatedRecord> batch) {
    ServiceLevel level = controller.level(0);
    SimulatedBatch rows = new SimulatedBatch(batch, pipeline.batch().maxRows());
    double spread = pipeline.batchSpread();
    double slower = Math.exp(spread * noise.nextGaussian() - spread * spread / 2);
    double millis = truth.millis(level, rows.work(), events.seconds()) * slower;
    double encoding = truth.encodingMillis(level, rows.work(), events.seconds()) * slower;
    busy++;
    running += batch.size();
    rows.finished(
        encoding,
        millis,
        pipeline.roundMillis(),
        (done, after) -> events.after(after, () -> sent(done, level)));
    events.after(millis, () -> translated(rows, level, millis));
  }

  private void translated(SimulatedBatch batch, ServiceLevel level, double millis) {
    translatedTokens += Math.round(batch.work().sourceTokens());
    model.observe(level, batch.work(), millis);
    double speed = batch.paddedTokens() / millis * 1e3;
    paddedTokensPerSecond +=
        paddedTokensPerSecond == 0 ? speed : SMOOTHING * (speed - paddedTokensPerSecond);
    events.after(
        millis * (1 / pipeline.busyShare() - 1),
        () -> {
          busy--;
          dispatch();
        });
  }

  /** Rows have left the worker. */
  private void sent(List<SimulatedRecord> rows, ServiceLevel level) {
    double sent = events.now() / 1e6 + pipeline.sendMillis();
    double interval = pipeline.commitIntervalMillis();
    double commit = Math.ceil((sent - commitPhase) / interval) * interval + commitPhase;
    double seen = commit + pipeline.commitMillis();
    for (SimulatedRecord row : rows) {
      recorder.finished(
          row.bornNanos() / 1e9, seen / 1e3, seen - row.bornNanos() / 1e6, level.number());
    }
    open -= rows.size();
    running -= rows.size();
    if (!unread.isEmpty()) {
      fetchAfter(pipeline.roundMillis());
    }
  }

  /** Takes a sample and lets the controller decide. */
  void sense(Trace trace) {
    double second = events.seconds();
    if (trace.has(Trace.Kind.SILENT_BROKER, second)) {
      controller.update(meter.stale(events.now()));
      return;
    }
    if (trace.has(Trace.Kind.REBALANCE, second)) {
      meter.rebalanced(events.now());
    }
    List<PartitionLoad> owned = new ArrayList<>();
    partitions.forEach(
        (number, each) -> {
          boolean stuck = number == 0 && trace.has(Trace.Kind.STUCK_PARTITION, second);
          long end = each.end + (stuck ? STUCK_OFFSETS : 0);
          boolean nothing = stuck && each.end == each.position;
          owned.add(new PartitionLoad(number, end, each.position, !nothing));
        });
    LoadSample sample = meter.sample(events.now(), owned, pending());
    controller.update(sample);
  }

  private PendingLoad pending() {
    long born = Long.MAX_VALUE;
    if (!waiting.isEmpty()) {
      born = waiting.get(0).row.bornNanos();
    } else if (!unread.isEmpty()) {
      born = unread.peek().bornNanos();
    }
    double age = born == Long.MAX_VALUE ? 0 : (events.now() - born) / 1e6;
    return new PendingLoad(
        admittedRecords,
        admittedTokens,
        translatedTokens,
        waiting.size(),
        waitingTokens,
        running,
        age,
        Map.of());
  }
}
