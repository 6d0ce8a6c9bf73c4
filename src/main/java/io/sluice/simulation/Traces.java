package io.sluice.simulation;

import io.sluice.simulation.Trace.Disturbance;
import io.sluice.simulation.Trace.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/** The traces by name: the one place where they are defined. */
public final class Traces {
  /** All names. */
  public static final List<String> NAMES =
      List.of("step", "ramp", "spike", "diurnal", "stuck", "calm");

  private static final double BASE = 0.5;
  private static final double CALM = 0.6;

  private Traces() {}

  /** The traces of which figures are published; the first two tell most of laws. */
  public static List<Trace> shown() {
    return List.of(
        named("step", 1.2),
        named("spike"),
        named("step", 1.35),
        named("step", 2),
        named("ramp"),
        named("diurnal"),
        named("calm"),
        named("stuck"));
  }

  /**
   * A trace with its own peak: step 1.2, ramp 1.2, spike 3, diurnal 1.2, stuck 0.6, calm 0.6.
   *
   * @throws IllegalArgumentException if there is no such trace
   */
  public static Trace named(String name) {
    return switch (name) {
      case "step", "ramp", "diurnal" -> named(name, 1.2);
      case "spike" -> named(name, 3);
      default -> named(name, CALM);
    };
  }

  /**
   * A trace.
   *
   * @param peak its largest rate, as a share of the capacity at full quality
   * @throws IllegalArgumentException if there is no such trace
   */
  public static Trace named(String name, double peak) {
    return switch (name) {
      case "step" -> pulse(name, peak, 10, 60, 30);
      case "spike" -> pulse(name, peak, 20, 10, 60);
      case "ramp" -> new Trace(name, 170, s -> ramp(s, peak), peak, List.of(), List.of());
      case "diurnal" ->
          new Trace(
              name,
              600,
              s -> peak * (0.6 - 0.4 * Math.cos(2 * Math.PI * s / 300)),
              peak,
              List.of(),
              List.of());
      case "calm" -> new Trace(name, 600, s -> peak, peak, List.of(), List.of());
      case "stuck" ->
          new Trace(
              name,
              120,
              s -> peak,
              peak,
              List.of(),
              List.of(
                  new Disturbance(Kind.STUCK_PARTITION, 20, 120),
                  new Disturbance(Kind.REBALANCE, 60, 60.5),
                  new Disturbance(Kind.SILENT_BROKER, 80, 95)));
      default -> throw new IllegalArgumentException("no trace '" + name + "', there are " + NAMES);
    };
  }

  /** Below capacity, then a constant load, then below again. */
  private static Trace pulse(String name, double peak, double before, double during, double after) {
    double end = before + during;
    DoubleUnaryOperator rate = s -> s >= before && s < end ? peak : BASE;
    return new Trace(
        name, end + after, rate, Math.max(peak, BASE), List.of(before, end), List.of());
  }

  /** A minute up from 0.4, half a minute there, a minute down, twenty seconds of rest. */
  private static double ramp(double second, double peak) {
    double low = 0.4;
    double up = Math.min(1, second / 60);
    double down = Math.max(0, Math.min(1, (second - 90) / 60));
    return low + (peak - low) * (up - down);
  }

  /**
   * A trace from lines of {@code seconds,rate}: the rate from that second on. Lines that do not
   * begin with a digit are left out; the last line ends the trace.
   *
   * @param unit rate that counts as 1, in the unit of the lines
   * @throws IllegalArgumentException if a line has another form or seconds do not grow
   */
  public static Trace read(String name, List<String> lines, double unit) {
    List<Double> seconds = new ArrayList<>();
    List<Double> rates = new ArrayList<>();
    for (String line : lines) {
      String text = line.strip();
      if (text.isEmpty() || !Character.isDigit(text.charAt(0))) {
        continue;
      }
      String[] fields = text.split("[,;\\s]+", -1);
      try {
        seconds.add(Double.parseDouble(fields[0]));
        rates.add(Double.parseDouble(fields[1]) / unit);
      } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
        throw new IllegalArgumentException("not seconds,rate: " + text, e);
      }
    }
    for (int i = 1; i < seconds.size(); i++) {
      if (seconds.get(i) <= seconds.get(i - 1)) {
        throw new IllegalArgumentException("seconds must grow: " + seconds.get(i));
      }
    }
    if (seconds.size() < 2) {
      throw new IllegalArgumentException("a trace has at least two lines of seconds,rate");
    }
    double peak = rates.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
    double end = seconds.get(seconds.size() - 1);
    return new Trace(
        name, end, s -> rates.get(place(seconds, s)), peak, List.copyOf(seconds), List.of());
  }

  private static int place(List<Double> seconds, double second) {
    int place = 0;
    while (place + 1 < seconds.size() && seconds.get(place + 1) <= second) {
      place++;
    }
    return place;
  }
}
