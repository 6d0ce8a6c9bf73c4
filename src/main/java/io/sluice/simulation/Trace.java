package io.sluice.simulation;

import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * A load over time, in shares of what the application can do at full quality.
 *
 * @param name for tables
 * @param seconds how long it lasts
 * @param rate arrivals at a second, 1: as many as full quality can take
 * @param peak largest rate
 * @param turns seconds at which the rate jumps
 * @param disturbances what else happens
 */
public record Trace(
    String name,
    double seconds,
    DoubleUnaryOperator rate,
    double peak,
    List<Double> turns,
    List<Disturbance> disturbances) {

  /** How long after a turn the load is not steady. */
  private static final double TRANSIENT_SECONDS = 15;

  /** What can go wrong around the sensor. */
  public enum Kind {
    /** Offsets of a partition grow without anything that can be fetched. */
    STUCK_PARTITION,
    /** Partitions come and go. */
    REBALANCE,
    /** The broker does not answer the sensor. */
    SILENT_BROKER
  }

  /**
   * Something that happens around the sensor.
   *
   * @param from second at which it begins
   * @param to second at which it ends
   */
  public record Disturbance(Kind kind, double from, double to) {}

  public Trace {
    turns = List.copyOf(turns);
    disturbances = List.copyOf(disturbances);
  }

  /**
   * The same shape in another time.
   *
   * @param length seconds that it then lasts, above 0
   */
  public Trace lasting(double length) {
    double factor = seconds / length;
    return new Trace(
        name,
        length,
        second -> rate.applyAsDouble(second * factor),
        peak,
        turns.stream().map(turn -> turn / factor).toList(),
        disturbances.stream()
            .map(each -> new Disturbance(each.kind, each.from / factor, each.to / factor))
            .toList());
  }

  /** True unless the rate has jumped a short time before. */
  boolean steady(double second) {
    return turns.stream().noneMatch(t -> second >= t && second < t + TRANSIENT_SECONDS);
  }

  /** Seconds that are steady. */
  double steadySeconds() {
    double steady = 0;
    for (double second = 0; second < seconds; second += 0.1) {
      steady += steady(second) ? 0.1 : 0;
    }
    return steady;
  }

  /** The last moment at which the load falls below full capacity; 0: it is never above. */
  double reliefSecond() {
    double relief = 0;
    for (double second = 0.1; second < seconds; second += 0.1) {
      if (rate.applyAsDouble(second) < 1 && rate.applyAsDouble(second - 0.1) >= 1) {
        relief = second;
      }
    }
    return relief;
  }

  boolean has(Kind kind, double second) {
    for (Disturbance each : disturbances) { // asked for each record: no stream
      if (each.kind == kind && second >= each.from && second < each.to) {
        return true;
      }
    }
    return false;
  }
}
