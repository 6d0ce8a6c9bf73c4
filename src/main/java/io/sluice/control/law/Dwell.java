package io.sluice.control.law;

import java.time.Duration;

/** Quick to degrade, slow to restore: the least time between changes. One thread. */
public final class Dwell implements ControlLaw {
  private final ControlLaw law;
  private final long degradeNanos;
  private final long restoreNanos;
  private long changedNanos;
  private boolean changed;
  private long wishNanos;
  private boolean wishing;

  /**
   * A decorated law.
   *
   * @param degrade least time from any change to a lower quality
   * @param restore how long the law must have asked for a higher quality, without a break; quality
   *     then rises to what it asks for now
   */
  public Dwell(ControlLaw law, Duration degrade, Duration restore) {
    this.law = law;
    this.degradeNanos = degrade.toNanos();
    this.restoreNanos = restore.toNanos();
  }

  @Override
  public int level(Situation situation) {
    long now = situation.load().nanos();
    int level = situation.level();
    int wanted = law.level(situation);
    if (wanted >= level) {
      wishing = false;
      boolean rested = !changed || now - changedNanos >= degradeNanos;
      return wanted > level && rested ? change(now, wanted) : level;
    }
    if (!wishing) {
      wishing = true;
      wishNanos = now;
    }
    if (now - wishNanos < restoreNanos) {
      return level;
    }
    wishing = false;
    return change(now, wanted);
  }

  private int change(long now, int wanted) {
    changed = true;
    changedNanos = now;
    return wanted;
  }

  @Override
  public int start() {
    return law.start();
  }
}
