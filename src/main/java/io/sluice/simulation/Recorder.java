package io.sluice.simulation;

import io.sluice.control.ServiceLadder;
import io.sluice.control.ServiceLevel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Notes what happens to records, simulated or real, and makes figures of it, so that those of
 * {@code simulate} and {@code bench} mean the same. Seconds count from the beginning of the trace.
 * One thread.
 */
public final class Recorder {
  private final Trace trace;
  private final ServiceLadder ladder;
  private final int instances;
  private final Answers answers = new Answers();
  private final List<Double> changes = new ArrayList<>(); // seconds
  private final List<Moment> moments = new ArrayList<>();

  /**
   * The state at a sample.
   *
   * @param waiting records that are not read or in no batch yet
   * @param level mean over the instances
   * @param worstLevel largest of them
   */
  public record Moment(double second, int waiting, double level, int worstLevel) {}

  /**
   * For a run of a trace.
   *
   * @param ladder numbers of levels are its
   * @param instances of the application
   */
  public Recorder(Trace trace, ServiceLadder ladder, int instances) {
    this.trace = trace;
    this.ladder = ladder;
    this.instances = instances;
  }

  /**
   * A reader saw a result.
   *
   * @param bornSecond the request's timestamp
   * @param millis from the request's timestamp to the reader
   * @param level at which it was translated
   */
  public void finished(double bornSecond, double seenSecond, double millis, int level) {
    answers.add(bornSecond, seenSecond, millis, level);
  }

  /** Some instance changed its level. */
  public void changed(double second) {
    changes.add(second);
  }

  /** The state now; seconds grow. */
  public void moment(Moment moment) {
    moments.add(moment);
  }

  /** Results so far. */
  public int finishedRecords() {
    return answers.size();
  }

  /** Records a second between the first and the last tenth of the results. */
  public double throughput() {
    double[] seen = answers.sortedSeenSeconds();
    int tenth = seen.length / 10;
    return (seen.length - 2.0 * tenth) / (seen[seen.length - 1 - tenth] - seen[tenth]);
  }

  /**
   * Records a second whose results were seen in a stretch of time.
   *
   * @param from second of the trace
   * @param until second, above {@code from}
   */
  public double throughput(double from, double until) {
    int seen = 0;
    for (int answer = 0; answer < answers.size(); answer++) {
      double second = answers.seenSecond(answer);
      seen += second >= from && second < until ? 1 : 0;
    }
    return seen / (until - from);
  }

  /**
   * What it all came to.
   *
   * @param law its name, for tables
   */
  public Figures figures(String law) {
    double[] millis = answers.sortedMillis();
    double share = 0;
    double loss = 0;
    double distance = 0;
    double level = 0;
    int degraded = 0;
    int[] counts = new int[ladder.levels().size()];
    for (int answer = 0; answer < answers.size(); answer++) {
      counts[answers.level(answer)]++;
    }
    for (ServiceLevel each : ladder.levels()) {
      int records = counts[each.number()];
      share += records * each.expertShare(ladder.decoderTotal(), ladder.encoderTotal());
      loss += records * each.bleuLoss();
      distance += records * each.expectedDistance();
      level += records * each.number();
      degraded += each.number() > 0 ? records : 0;
    }
    int count = Math.max(1, answers.size());
    double steady = trace.steadySeconds();
    long inSteady = changes.stream().filter(each -> trace.steady(each)).count();
    return new Figures(
        trace.name(),
        law,
        answers.size(),
        percentile(millis, 0.5),
        percentile(millis, 0.99),
        share / count,
        loss / count,
        (double) degraded / count,
        changes.size() * 60.0 / trace.seconds() / instances,
        recoverySeconds(),
        steady < 1 ? 0 : inSteady * 60.0 / steady / instances,
        degradedTime(),
        level / count,
        distance / count);
  }

  private double degradedTime() {
    long low =
        moments.stream().filter(m -> m.second <= trace.seconds() && m.worstLevel > 0).count();
    long all = moments.stream().filter(m -> m.second <= trace.seconds()).count();
    return all == 0 ? 0 : (double) low / all;
  }

  /** From the moment at which the queue is empty after the load has gone, to full quality. */
  private double recoverySeconds() {
    double relief = trace.reliefSecond();
    double empty = -1;
    double last = -1;
    for (Moment moment : moments) {
      if (moment.second >= relief) {
        if (empty < 0 && moment.waiting <= 32 * instances) {
          empty = moment.second;
        }
        if (moment.worstLevel > 0) {
          last = moment.second;
        }
      }
    }
    return empty < 0 || last < 0 || relief == 0 ? 0 : Math.max(0, last - empty);
  }

  static double percentile(double[] sorted, double share) {
    return sorted.length == 0
        ? 0
        : sorted[(int) Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  }

  /** One line for each second. */
  public List<Second> seconds() {
    if (moments.isEmpty()) {
      return List.of();
    }
    int length = (int) Math.ceil(moments.get(moments.size() - 1).second) + 1;
    int[] arrivals = new int[length];
    List<List<Integer>> seen = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      seen.add(new ArrayList<>());
    }
    for (int answer = 0; answer < answers.size(); answer++) {
      arrivals[Math.min(length - 1, (int) answers.bornSecond(answer))]++;
      seen.get(Math.min(length - 1, (int) answers.seenSecond(answer))).add(answer);
    }
    List<Second> seconds = new ArrayList<>();
    int moment = 0;
    for (int i = 0; i < length; i++) {
      while (moment + 1 < moments.size() && moments.get(moment + 1).second <= i) {
        moment++;
      }
      Moment state = moments.get(moment);
      double[] millis = seen.get(i).stream().mapToDouble(answers::millis).toArray();
      Arrays.sort(millis);
      double loss =
          seen.get(i).stream()
              .mapToDouble(each -> ladder.level(answers.level(each)).bleuLoss())
              .average()
              .orElse(0);
      seconds.add(
          new Second(
              i,
              arrivals[i],
              seen.get(i).size(),
              state.waiting,
              state.level,
              percentile(millis, 0.99),
              loss));
    }
    return seconds;
  }
}
