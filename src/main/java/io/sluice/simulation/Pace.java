package io.sluice.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * How the speed of a machine goes up and down in the course of a run, as others use it too.
 *
 * @param slowness how much longer batches take than at the machine's capacity, second by second,
 *     above 0; after the last one it stays
 */
public record Pace(List<Double> slowness) {
  /** A machine that keeps its speed. */
  public static final Pace STEADY = new Pace(List.of());

  /** Nothing was done although there was enough to do: next to nothing gets on. */
  private static final double STANDSTILL = 100;

  /** Seconds on either side that a second is looked at with: results come in lumps. */
  private static final int REACH = 2;

  public Pace {
    slowness = List.copyOf(slowness);
    if (slowness.stream().anyMatch(each -> !(each > 0))) {
      throw new IllegalArgumentException("slowness must be positive: " + slowness);
    }
  }

  /**
   * What was seen of work in one second of a run.
   *
   * @param real time that it took; 0: there was none
   * @param expected time that it would have taken at the machine's capacity
   */
  public record Look(double real, double expected) {}

  /**
   * The pace of a run. Seconds without work are as slow as the last one with some, or as the first
   * one.
   *
   * @param looks one for each second, in order
   */
  public static Pace of(List<Look> looks) {
    List<OptionalDouble> seen = new ArrayList<>();
    for (int second = 0; second < looks.size(); second++) {
      seen.add(around(looks, second));
    }
    OptionalDouble first = seen.stream().flatMapToDouble(OptionalDouble::stream).findFirst();
    if (first.isEmpty()) {
      return STEADY;
    }
    double last = first.getAsDouble();
    List<Double> slowness = new ArrayList<>();
    for (OptionalDouble each : seen) {
      last = each.orElse(last);
      slowness.add(last);
    }
    return new Pace(slowness);
  }

  private static OptionalDouble around(List<Look> looks, int second) {
    int to = Math.min(looks.size(), second + REACH + 1);
    List<Look> near = looks.subList(Math.max(0, second - REACH), to);
    double real = near.stream().mapToDouble(Look::real).sum();
    double expected = near.stream().mapToDouble(Look::expected).sum();
    return real > 0
        ? OptionalDouble.of(Math.min(STANDSTILL, real / expected))
        : OptionalDouble.empty();
  }

  /** The slowest second over the fastest; 1: it kept its speed. */
  public double spread() {
    double most = slowness.stream().mapToDouble(Double::doubleValue).max().orElse(1);
    return most / slowness.stream().mapToDouble(Double::doubleValue).min().orElse(1);
  }

  /**
   * How long something takes, milliseconds.
   *
   * @param begin second at which it begins
   * @param millis that it would take at the machine's capacity
   */
  double stretched(double begin, double millis) {
    if (slowness.isEmpty()) {
      return millis;
    }
    double from = Math.max(0, begin);
    double now = from;
    double left = millis / 1e3;
    while (now < slowness.size() - 1) {
      double second = Math.floor(now) + 1 - now; // what is left of this one
      double slower = slowness.get((int) now);
      if (left * slower <= second) {
        break;
      }
      left -= second / slower;
      now += second;
    }
    int last = (int) Math.min(slowness.size() - 1, now);
    return (now - from + left * slowness.get(last)) * 1e3;
  }
}
