package io.sluice.cli;

import io.sluice.simulation.Second;
import java.util.ArrayList;
import java.util.List;

/** What happened in each second of a demo. One thread. */
final class DemoTimeline {
  private static final double NANOS_PER_SECOND = 1e9;

  private final long begunNanos;
  private final List<Second> seconds = new ArrayList<>();
  private final List<Double> millis = new ArrayList<>();
  private int sentBefore;
  private double loss;

  /** A timeline that begins now. */
  DemoTimeline(long nowNanos) {
    this.begunNanos = nowNanos;
  }

  /**
   * A result was seen.
   *
   * @param totalMillis its latency, milliseconds
   * @param bleuLoss BLEU points that its level loses
   */
  void seen(double totalMillis, double bleuLoss) {
    millis.add(totalMillis);
    loss += bleuLoss;
  }

  /** True if the second that is being noted is over. */
  boolean isDue(long nowNanos) {
    return (nowNanos - begunNanos) / NANOS_PER_SECOND >= seconds.size() + 1;
  }

  /**
   * Ends a second.
   *
   * @param sent requests since the beginning
   * @param waiting records not read or in no batch
   */
  void end(int sent, long waiting, int level) {
    double[] sorted = millis.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    seconds.add(
        new Second(
            seconds.size(),
            sent - sentBefore,
            sorted.length,
            (int) waiting,
            level,
            DemoRun.percentile(sorted, 0.99),
            sorted.length == 0 ? 0 : loss / sorted.length));
    sentBefore = sent;
    loss = 0;
    millis.clear();
  }

  /** The seconds that are over. */
  List<Second> seconds() {
    return List.copyOf(seconds);
  }
}
