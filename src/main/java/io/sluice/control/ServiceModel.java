package io.sluice.control;

import io.sluice.domain.ExpertBudget;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How fast an instance works at each level: the time table, corrected by what batches really take
 * on this machine and at each level, for batches like those seen of late, with as many rows as they
 * have when more waits than is decoded side by side. Small batches count less: a straight line is
 * least true of them. What is served while there is always something to translate says for which
 * share of their time workers translate. Thread-safe.
 */
public final class ServiceModel {
  private static final double SMOOTHING = 0.03;

  private final ServiceLadder ladder;
  private final TimeTable times;
  private final int workers;
  private final int maxRows;
  private final SpeedFilter speed;
  private final double[] fullMillis;
  private final double[] fullTabled;
  private final BusyShare busy = new BusyShare();
  private double sourceTokensPerRow;
  private double targetPerSource;
  private double stepsPerMeanTarget;
  private double fullRows; // of batches when more waits than are decoded side by side

  /**
   * A model that has seen nothing yet.
   *
   * @param workers batches translated side by side
   * @param maxRows rows of a full batch
   */
  public ServiceModel(ServiceLadder ladder, TimeTable times, int workers, int maxRows) {
    this.ladder = ladder;
    this.times = times;
    this.workers = workers;
    this.maxRows = maxRows;
    BatchWork typical = BatchWork.TYPICAL;
    this.speed =
        new SpeedFilter(
            ladder.levels().stream().map(level -> times.millis(level, typical)).toList());
    this.fullMillis = new double[ladder.levels().size()];
    this.fullTabled = new double[ladder.levels().size()];
    this.sourceTokensPerRow = typical.sourceTokens() / typical.rows();
    this.targetPerSource = typical.targetTokens() / typical.sourceTokens();
    this.stepsPerMeanTarget = typical.steps() / (typical.targetTokens() / typical.rows());
    this.fullRows = maxRows;
  }

  /**
   * Learns from a batch.
   *
   * @param millis what it took, milliseconds
   */
  public synchronized void observe(ServiceLevel level, BatchWork work, double millis) {
    double share = Math.min(1, (double) work.rows() / maxRows);
    double tabled = times.millis(level, work);
    speed.observe(level.number(), millis / tabled, share, tabled / 1e3 / workers);
    if (work.rows() >= maxRows) {
      fullMillis[level.number()] += millis;
      fullTabled[level.number()] += tabled;
    }
    double weight = SMOOTHING * share;
    sourceTokensPerRow += weight * (work.sourceTokens() / work.rows() - sourceTokensPerRow);
    targetPerSource += weight * (work.targetTokens() / work.sourceTokens() - targetPerSource);
    if (work.rows() * 2 >= maxRows) {
      double ratioOfSteps = work.steps() * Math.min(work.rows(), maxRows) / work.targetTokens();
      stepsPerMeanTarget += weight * (ratioOfSteps - stepsPerMeanTarget);
    }
    if (work.rows() > maxRows) {
      fullRows += weight * (work.rows() - fullRows);
    }
  }

  /**
   * Learns from a batch that was translated with a budget; nothing where no level has that budget.
   */
  public void observe(ExpertBudget budget, BatchWork work, double millis) {
    for (ServiceLevel level : ladder.levels()) {
      if (level.decoderExperts().equals(budget.decoderExperts())
          && level.encoderExperts().equals(budget.encoderExperts())
          && level.mode() == budget.mode()
          && (budget.beam() == 0 || level.beam() == budget.beam())) {
        observe(level, work, millis);
        return;
      }
    }
  }

  /**
   * Learns from a time of which it may be said whether there was always something to translate.
   *
   * @param level at which batches ran
   * @param load at its end
   */
  public synchronized void served(int level, LoadSample load) {
    double batch = maxRows * load.tokensPerRecord();
    busy.add(
        load.nanos(),
        load.waitingTokens() >= workers * batch,
        load.servedTokensPerSecond(),
        capacity().tokensPerSecond().get(level) / busy.share());
  }

  /**
   * Share of their time in which workers translate while there is always something to translate.
   */
  public synchronized double busyShare() {
    return busy.share();
  }

  /** What all full batches so far took. */
  public synchronized FullBatches fullBatches() {
    return new FullBatches(
        Arrays.stream(fullMillis).boxed().toList(), Arrays.stream(fullTabled).boxed().toList());
  }

  /** Measured over predicted time at full quality, smoothed. */
  public synchronized double correction() {
    return speed.factor(0);
  }

  /** Speed at every level of the ladder. */
  public synchronized Capacity capacity() {
    BatchWork one = work(maxRows);
    BatchWork full = work(fullRows); // what is not decoded side by side shares the fixed times
    List<Double> rates = new ArrayList<>();
    List<Double> millis = new ArrayList<>();
    for (ServiceLevel level : ladder.levels()) {
      double factor = speed.factor(level.number());
      double batch = times.millis(level, full) * factor;
      millis.add(times.millis(level, one) * factor);
      rates.add(workers * full.sourceTokens() / batch * 1000 * busy.share());
    }
    return new Capacity(rates, millis);
  }

  private BatchWork work(double rows) {
    double source = rows * sourceTokensPerRow;
    double target = source * targetPerSource;
    return new BatchWork(
        (int) Math.round(rows), source, target, target / maxRows * stepsPerMeanTarget);
  }
}
