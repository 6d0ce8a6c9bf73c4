package io.sluice.control.law;

import java.time.Duration;

/** Smooths the arrival rate that a law sees: exponentially weighted in time. One thread. */
public final class Smoothed implements ControlLaw {
  private final ControlLaw law;
  private final double constantNanos;
  private double rate;
  private long lastNanos;
  private boolean started;

  /**
   * A decorated law.
   *
   * @param timeConstant after this time a jump has been followed to 63 %
   */
  public Smoothed(ControlLaw law, Duration timeConstant) {
    this.law = law;
    this.constantNanos = timeConstant.toNanos();
  }

  @Override
  public int level(Situation situation) {
    long now = situation.load().nanos();
    double arrived = situation.load().arrivalTokensPerSecond();
    double weight = started ? 1 - Math.exp(-(now - lastNanos) / constantNanos) : 1;
    rate += weight * (arrived - rate);
    lastNanos = now;
    started = true;
    return law.level(situation.with(situation.load().withArrival(rate)));
  }

  @Override
  public int start() {
    return law.start();
  }
}
