package io.sluice.control.law;

import io.sluice.control.LoadSample;
import java.time.Duration;

/**
 * Smooths the arrival rate that a law sees. A long mean is precise, a short one quick: the long one
 * is used until the short one differs by more than chance explains; then it begins anew, with a
 * memory that grows from the short to the long one. One thread.
 */
public final class Smoothed implements ControlLaw {
  /** Standard deviations that are not chance. */
  private static final double SURPRISE = 3.5;

  private final ControlLaw law;
  private final double shortSeconds;
  private final double longSeconds;
  private double quick;
  private double steady;
  private double age;
  private long lastNanos;
  private boolean started;

  /**
   * A decorated law.
   *
   * @param quick time constant of the short mean
   * @param steady time constant of the long mean
   */
  public Smoothed(ControlLaw law, Duration quick, Duration steady) {
    this.law = law;
    this.shortSeconds = quick.toMillis() / 1e3;
    this.longSeconds = steady.toMillis() / 1e3;
  }

  @Override
  public int level(Situation situation) {
    LoadSample load = situation.load();
    double seconds = started ? (load.nanos() - lastNanos) / 1e9 : longSeconds;
    lastNanos = load.nanos();
    double arrived = load.arrivalTokensPerSecond();
    if (started) {
      age += seconds;
      quick += weight(seconds, shortSeconds) * (arrived - quick);
      steady +=
          weight(seconds, Math.max(shortSeconds, Math.min(longSeconds, age))) * (arrived - steady);
    } else {
      started = true;
      quick = arrived;
      steady = arrived;
    }
    // arrivals are counted like Poisson's: so many in the memory of the short mean
    double records = 2 * shortSeconds * Math.max(quick, steady) / load.tokensPerRecord();
    double chance = Math.max(quick, steady) / Math.sqrt(Math.max(1, records));
    if (Math.abs(quick - steady) > SURPRISE * chance) {
      steady = quick;
      age = 0;
    }
    return law.level(situation.with(load.withArrival(steady)));
  }

  private static double weight(double seconds, double constant) {
    return 1 - Math.exp(-seconds / constant);
  }

  @Override
  public int start() {
    return law.start();
  }
}
