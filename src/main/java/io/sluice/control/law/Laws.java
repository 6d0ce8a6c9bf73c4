package io.sluice.control.law;

import io.sluice.control.ServiceLadder;
import io.sluice.control.ServiceLevel;
import java.time.Duration;
import java.util.List;

/** The laws by name, with their decorators. */
public final class Laws {
  /** What {@code --law} takes. */
  public static final String NAMES = "model|fixed[:K]|threshold|aimd";

  private static final double HYSTERESIS = 0.01;
  private static final Duration QUICK = Duration.ofMillis(700);
  private static final Duration STEADY = Duration.ofSeconds(8);
  private static final Duration OVERHEAD = Duration.ofMillis(200);
  private static final Duration DEGRADE = Duration.ofMillis(400);
  private static final Duration RESTORE = Duration.ofMillis(1500);

  /** Where the objective cannot be held, each BLEU point is to shorten the wait by 3 %. */
  private static final double SHARE_OF_WAIT = 0.03;

  private Laws() {}

  /**
   * A law.
   *
   * @param name {@code model}, {@code fixed}, {@code fixed:K} with a number of experts, {@code
   *     threshold} or {@code aimd}
   * @param ladder on which it will move
   * @param objective latency that is promised
   * @param drain time in which a backlog is to be gone
   * @throws IllegalArgumentException if there is no such law
   */
  public static ControlLaw named(
      String name, ServiceLadder ladder, Duration objective, Duration drain) {
    if (name.startsWith("fixed:")) {
      return fixed(name.substring("fixed:".length()), ladder);
    }
    return switch (name) {
      case "model" -> model(ladder, objective, drain);
      case "fixed" -> new FixedLaw(0);
      case "threshold" ->
          threshold(
              new ThresholdLaw(
                  ThresholdLaw.Signal.OLDEST_AGE_MILLIS,
                  objective.toMillis() / 2.0,
                  objective.toMillis() / 8.0),
              Duration.ofMillis(500),
              Duration.ofSeconds(3));
      case "aimd" ->
          new Dwell(
              new AimdLaw(objective.toMillis() / 2.0),
              Duration.ofSeconds(1),
              Duration.ofSeconds(2));
      default -> throw new IllegalArgumentException("no law '" + name + "', there are " + NAMES);
    };
  }

  /** The best level with no more than K experts in a decoder layer on average, else the lowest. */
  private static ControlLaw fixed(String experts, ServiceLadder ladder) {
    int most;
    try {
      most = Integer.parseInt(experts);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("fixed:K takes a number of experts: " + experts, e);
    }
    for (ServiceLevel level : ladder.levels()) {
      double mean =
          level.decoderExperts().stream().mapToInt(Integer::intValue).average().orElseThrow();
      if (mean <= most) {
        return new FixedLaw(level.number());
      }
    }
    if (most < 1) {
      throw new IllegalArgumentException("fixed:K takes a positive number of experts: " + experts);
    }
    return new FixedLaw(ladder.lowest()); // none runs as few: the nearest to it
  }

  private static ControlLaw model(ServiceLadder ladder, Duration objective, Duration drain) {
    List<Double> losses = ladder.levels().stream().map(ServiceLevel::bleuLoss).toList();
    ControlLaw law = new ModelLaw(objective, drain, OVERHEAD, losses, SHARE_OF_WAIT);
    return new Smoothed(
        new Dwell(new Hysteresis(law, HYSTERESIS), DEGRADE, RESTORE), QUICK, STEADY);
  }

  /** A threshold law with rests between its steps. */
  public static ControlLaw threshold(ThresholdLaw law, Duration degrade, Duration restore) {
    return new Dwell(law, degrade, restore);
  }
}
