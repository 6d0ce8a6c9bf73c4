package io.sluice.watch;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/** Figures as text. Pure functions. */
public final class FigureText {
  private static final String UNKNOWN = "–";
  private static final String BARS = "▁▂▃▄▅▆▇█";

  private FigureText() {}

  /** One line, {@code name value} pairs, for logs and files. */
  public static String line(Figures figures) {
    return String.join(
        "  ",
        "ready " + number("%.0f", figures.ready()),
        "lag " + number("%.0f", figures.lag()),
        "pending " + number("%.0f", figures.pending()),
        "level " + number("%.0f", figures.level()),
        "experts " + experts(figures),
        "records/s " + number("%.1f", figures.recordsPerSecond()),
        "tokens/s " + number("%.0f", figures.tokensPerSecond()),
        "p50 " + seconds(figures.latency().p50()),
        "p95 " + seconds(figures.latency().p95()),
        "p99 " + seconds(figures.latency().p99()),
        "quality " + number("%.3f", figures.quality()),
        "expected-loss " + number("%.4f", figures.expectedLoss()),
        "degraded " + percent(figures.degradedShare()));
  }

  /**
   * Several lines, for a terminal.
   *
   * @param recentLag lag at earlier times and now, the oldest first; drawn as bars
   */
  public static List<String> screen(Figures figures, List<Double> recentLag) {
    List<String> lines = new ArrayList<>();
    lines.add(
        row("lag", number("%.0f", figures.lag()) + " records")
            + "pending "
            + number("%.0f", figures.pending())
            + "   backlog "
            + seconds(figures.backlogSeconds())
            + " at full quality");
    lines.add(row("", bars(recentLag)));
    lines.add(row("level", number("%.0f", figures.level())) + "experts " + experts(figures));
    lines.add(
        row("throughput", number("%.1f", figures.recordsPerSecond()) + " records/s")
            + number("%.0f", figures.tokensPerSecond())
            + " tokens/s written   "
            + number("%.1f", figures.meanBatch())
            + " segments a batch");
    lines.add(latency("latency", figures.latency()));
    lines.add(latency("  queue", figures.queue()));
    lines.add(latency("  batch wait", figures.batchWait()));
    lines.add(latency("  decode", figures.decode()));
    lines.add(
        row("quality", number("%.3f", figures.quality()))
            + "expected loss "
            + number("%.4f", figures.expectedLoss())
            + "   degraded "
            + percent(figures.degradedShare())
            + "   debt "
            + number("%.0f", figures.debt()));
    lines.add(
        row(
            "since start",
            figures.outcomes().entrySet().stream()
                .map(each -> each.getKey() + " " + each.getValue())
                .collect(Collectors.joining("   "))));
    return lines.stream().map(String::stripTrailing).toList();
  }

  /** One bar for each value, from 0 to the largest. */
  static String bars(List<Double> values) {
    double largest = values.stream().mapToDouble(value -> value).max().orElse(0);
    StringBuilder text = new StringBuilder();
    for (double value : values) {
      double share = largest > 0 ? value / largest : 0;
      text.append(BARS.charAt((int) Math.min(BARS.length() - 1, share * BARS.length())));
    }
    return text.toString();
  }

  private static String latency(String name, Figures.Percentiles value) {
    return row(name, "p50 " + seconds(value.p50()))
        + "p95 "
        + seconds(value.p95())
        + "   p99 "
        + seconds(value.p99());
  }

  private static String row(String name, String value) {
    return "%-13s%-19s".formatted(name, value);
  }

  private static String experts(Figures figures) {
    return figures.experts().isEmpty() ? UNKNOWN : String.join(", ", figures.experts());
  }

  private static String seconds(OptionalDouble value) {
    if (value.isEmpty()) {
      return UNKNOWN;
    }
    double seconds = value.getAsDouble();
    return seconds < 1 ? number("%.0f ms", seconds * 1000) : number("%.2f s", seconds);
  }

  private static String percent(OptionalDouble share) {
    return share.isEmpty() ? UNKNOWN : number("%.1f %%", share.getAsDouble() * 100);
  }

  private static String number(String format, OptionalDouble value) {
    return value.isEmpty() ? UNKNOWN : number(format, value.getAsDouble());
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
