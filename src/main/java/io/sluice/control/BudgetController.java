package io.sluice.control;

import io.sluice.control.law.ControlLaw;
import io.sluice.control.law.Situation;
import io.sluice.domain.BudgetCause;
import io.sluice.domain.ExpertBudget;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Moves along the ladder as the law says, with a model of its speed that learns from each batch.
 * One thread calls {@link #update}; everything else may be called by any.
 */
public final class BudgetController implements BudgetSource {
  private final ServiceLadder ladder;
  private final ControlLaw law;
  private final ServiceModel model;
  private final long staleStepNanos;
  private final Consumer<LevelChange> listener;
  private final SmoothedRates rates = new SmoothedRates();
  private volatile Reading reading;
  private long staleSince;
  private boolean stale;

  private record Reading(
      int level, BudgetCause cause, double backlogSeconds, double leastBacklogSeconds) {}

  /**
   * A controller at the level where its law starts.
   *
   * @param staleStep while the sensor is stale, quality goes up one level in this time
   * @param listener told of every change, in the thread that updates
   */
  public BudgetController(
      ServiceLadder ladder,
      ControlLaw law,
      ServiceModel model,
      Duration staleStep,
      Consumer<LevelChange> listener) {
    this.ladder = ladder;
    this.law = law;
    this.model = model;
    this.staleStepNanos = staleStep.toNanos();
    this.listener = listener;
    int start = Math.min(law.start(), ladder.lowest());
    this.reading = new Reading(start, cause(start), 0, 0);
  }

  /** Takes a sample and decides. */
  public void update(LoadSample load) {
    int level = reading.level;
    int wanted = level;
    LevelChange.Cause cause = LevelChange.Cause.SENSOR_STALE;
    if (load.stale()) {
      wanted = whileStale(load.nanos(), level);
    } else {
      stale = false;
      if (!load.frozen()) {
        rates.add(load);
        model.served(level, load);
        int lawful = law.level(new Situation(load, level, model.capacity()));
        wanted = Math.max(0, Math.min(ladder.lowest(), lawful));
        cause = wanted > level ? LevelChange.Cause.BACKLOG_GREW : LevelChange.Cause.BACKLOG_SHRANK;
      }
    }
    Capacity capacity = model.capacity();
    reading =
        new Reading(
            wanted,
            cause(wanted),
            load.lagTokens() / capacity.tokensPerSecond().get(0),
            load.lagTokens() / capacity.tokensPerSecond().get(capacity.lowest()));
    if (wanted != level) {
      listener.accept(
          new LevelChange(
              load.nanos(),
              ladder.level(level),
              ladder.level(wanted),
              cause,
              load.withArrival(rates.arrival()),
              capacity.tokensPerSecond().get(wanted),
              rates.takeServed()));
    }
  }

  /** Without news there is no reason to stay low, and none to hurry. */
  private int whileStale(long nanos, int level) {
    if (!stale) {
      stale = true;
      staleSince = nanos;
    }
    if (level > law.start() && nanos - staleSince >= staleStepNanos) {
      staleSince = nanos;
      return level - 1;
    }
    return level;
  }

  private BudgetCause cause(int level) {
    if (ladder.isFull(level)) {
      return BudgetCause.FULL;
    }
    return level == law.start() ? BudgetCause.MANUAL : BudgetCause.LAG;
  }

  /** The level now, without regard to floors. */
  public ServiceLevel level() {
    return ladder.level(reading.level);
  }

  /** The level of a batch whose rows insist on a share of the experts. */
  public ServiceLevel level(double minimumExpertShare) {
    return ladder.raised(reading.level, minimumExpertShare);
  }

  /** How fast each level is, as far as it is known. */
  public Capacity capacity() {
    return model.capacity();
  }

  /** See {@link ServiceModel#busyShare}. */
  public double busyShare() {
    return model.busyShare();
  }

  /** See {@link ServiceModel#fullBatches}. */
  public FullBatches fullBatches() {
    return model.fullBatches();
  }

  /** The levels. */
  public ServiceLadder ladder() {
    return ladder;
  }

  /** Time that the waiting work takes at the best level, seconds, as of the last sample. */
  public double backlogSeconds() {
    return reading.backlogSeconds;
  }

  /** The same at the cheapest level. */
  public double leastBacklogSeconds() {
    return reading.leastBacklogSeconds;
  }

  @Override
  public ExpertBudget currentBudget(double minimumExpertShare) {
    Reading now = reading;
    ServiceLevel level = ladder.raised(now.level, minimumExpertShare);
    BudgetCause cause = level.number() == now.level ? now.cause : BudgetCause.FLOOR;
    return BudgetSource.raised(
        ladder.budget(level, cause, Math.round(now.backlogSeconds * 1000)),
        minimumExpertShare,
        ladder.decoderTotal(),
        ladder.encoderTotal());
  }

  @Override
  public void translated(ExpertBudget budget, BatchWork work, double millis) {
    model.observe(budget, work, millis);
  }
}
