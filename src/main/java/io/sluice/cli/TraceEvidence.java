package io.sluice.cli;

import io.sluice.avro.ControlEvent;
import io.sluice.avro.Routing;
import io.sluice.avro.TranslationResult;
import io.sluice.control.FullBatches;
import io.sluice.control.ServiceLadder;
import io.sluice.control.ServiceLevel;
import io.sluice.simulation.Figures;
import io.sluice.simulation.Pace;
import io.sluice.simulation.Recorder;
import io.sluice.simulation.Second;
import io.sluice.simulation.Trace;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * What result records and control events say of a run. Levels are read from the experts that are
 * stamped on results; the level over time from events. One thread.
 */
final class TraceEvidence {
  private final ServiceLadder ladder;
  private final Recorder recorder;
  private final Map<String, Integer> causes = new TreeMap<>();
  private final int[] levels;
  private final List<ControlEvent> events = new ArrayList<>();
  private final List<long[]> samples = new ArrayList<>(); // milliseconds, records without a result
  private final ServedWork served;
  private final BatchesBySecond batches = new BatchesBySecond();
  private double expectedLoss;
  private long begunMillis;

  TraceEvidence(Trace trace, ServiceLadder ladder) {
    this.ladder = ladder;
    this.recorder = new Recorder(trace, ladder, 1);
    this.levels = new int[ladder.levels().size()];
    this.served = new ServedWork(levels.length);
  }

  /** The trace begins, wall clock. */
  void begun(long millis) {
    begunMillis = millis;
  }

  /**
   * A result came.
   *
   * @param bornMillis timestamp of its request, which is that of the record
   * @param seenMillis when it was read
   * @throws ExitException if it ran as no level of the ladder does
   */
  void result(TranslationResult result, long bornMillis, long seenMillis) {
    int level = level(result);
    levels[level]++;
    causes.merge(result.getRouting().getCause().name(), 1, Integer::sum);
    expectedLoss += result.getQuality().getExpectedLoss();
    served.result((seenMillis - begunMillis) / 1e3, level);
    recorder.finished(
        (bornMillis - begunMillis) / 1e3,
        (seenMillis - begunMillis) / 1e3,
        seenMillis - bornMillis,
        level);
  }

  private int level(TranslationResult result) {
    Routing routing = result.getRouting();
    int beam = result.getDecoding().getBeamSize();
    for (ServiceLevel level : ladder.levels()) {
      if (level.decoderExperts().equals(routing.getExpertsPerLayer())
          && level.encoderExperts().equals(routing.getEncoderExpertsPerLayer())
          && level.mode().name().equals(routing.getMode().name())
          && (!ladder.narrows() || level.beam() == beam)) {
        return level.number();
      }
    }
    throw new ExitException("a result ran as no level of the ladder: " + routing);
  }

  /** The controller said that it changed its level. */
  void changed(ControlEvent event) {
    events.add(event);
    recorder.changed((event.getDecidedAt().toEpochMilli() - begunMillis) / 1e3);
  }

  /**
   * A look at the application.
   *
   * @param unanswered records that were sent and have no result
   * @param soFar what its full batches took until then
   */
  void sample(long millis, int unanswered, FullBatches soFar) {
    double second = (millis - begunMillis) / 1e3;
    samples.add(new long[] {millis, unanswered});
    served.unanswered(second, unanswered);
    batches.seen(second, soFar);
  }

  /** Results so far. */
  int results() {
    return recorder.finishedRecords();
  }

  /** Records a second between the first and the last tenth of the results. */
  double throughput() {
    return recorder.throughput();
  }

  /** Records a second whose results were seen in a stretch of time, seconds of the trace. */
  double throughput(double from, double until) {
    return recorder.throughput(from, until);
  }

  /** See {@link ServedWork#slowness}. */
  OptionalDouble slowness(List<Double> rates, double enough) {
    return served.slowness(rates, enough);
  }

  /**
   * The machine's pace: of records where work waited, as broker, producer and reader have a part in
   * it; elsewhere of full batches.
   *
   * @param rates records a second that count as 1, by level
   * @param enough records without a result
   * @param ratios real over tabled time of full batches at these rates, by level
   */
  Pace pace(List<Double> rates, double enough, List<Double> ratios) {
    List<Pace.Look> looks = batches.looks(ratios);
    served
        .looks(rates, enough)
        .forEach(
            (second, look) -> {
              if (second >= 0 && second < looks.size()) {
                looks.set(second, look);
              }
            });
    return Pace.of(looks);
  }

  /** Mean {@code quality.expectedLoss} of the results. */
  double meanExpectedLoss() {
    return results() == 0 ? 0 : expectedLoss / results();
  }

  /** Results by {@code routing.cause}. */
  Map<String, Integer> causes() {
    return Map.copyOf(causes);
  }

  /** Results by level. */
  int[] levels() {
    return levels.clone();
  }

  /** Control events of changes. */
  int changes() {
    return events.size();
  }

  /**
   * What it came to; called once.
   *
   * @param inWork records that batches hold at most: they do not wait
   */
  Figures figures(String law, int inWork) {
    events.sort(Comparator.comparing(ControlEvent::getDecidedAt));
    int level = events.isEmpty() ? mostUsed() : events.get(0).getOldLevel();
    int next = 0;
    for (long[] sample : samples) {
      while (next < events.size() && events.get(next).getDecidedAt().toEpochMilli() <= sample[0]) {
        level = events.get(next++).getNewLevel();
      }
      int waiting = (int) Math.max(0, sample[1] - inWork);
      recorder.moment(new Recorder.Moment((sample[0] - begunMillis) / 1e3, waiting, level, level));
    }
    return recorder.figures(law);
  }

  /** One line for each second, after {@link #figures}. */
  List<Second> seconds() {
    return recorder.seconds();
  }

  private int mostUsed() {
    int most = 0;
    for (int level = 1; level < levels.length; level++) {
      most = levels[level] > levels[most] ? level : most;
    }
    return most;
  }
}
