package io.sluice.cli;

import io.sluice.watch.FigureText;
import io.sluice.watch.Figures;
import io.sluice.watch.History;
import io.sluice.watch.Screen;
import io.sluice.watch.Snapshot;
import java.io.IOException;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What running instances do, live. */
@Command(
    name = "watch",
    description = {
      "Shows lag, level, experts, throughput, latency, quality and expected loss of running"
          + " instances, from what they export.",
      "Draws in place on a terminal; elsewhere prints one line for each reading."
    },
    footerHeading = "%nExample:%n",
    footer = {
      "  ./sluice watch --url http://127.0.0.1:9464",
      "  ./sluice watch --interval 5s --count 12 > watch.txt"
    })
public final class WatchCommand implements Callable<Integer> {
  /** Set by the launcher, because Java cannot tell what stdout alone is. */
  private static final String TERMINAL = "sluice.terminal";

  private static final int BARS = 60;
  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);

  @Spec private CommandSpec spec;

  @Mixin private WatchOptions watched;

  @Option(
      names = "--interval",
      paramLabel = "DURATION",
      defaultValue = "1s",
      description = "Time between readings.")
  private Duration interval;

  @Option(
      names = "--window",
      paramLabel = "DURATION",
      defaultValue = "15s",
      description = "Time that rates, percentiles and means cover.")
  private Duration window;

  @Option(
      names = "--count",
      paramLabel = "N",
      description = "End after N readings; default: until stopped.")
  private Long count;

  private final List<Double> recentLag = new ArrayList<>();
  private List<String> lastLines = List.of();

  @Override
  public Integer call() throws InterruptedException {
    check();
    History history = new History(window);
    boolean terminal = Boolean.getBoolean(TERMINAL) && !"dumb".equals(System.getenv("TERM"));
    Screen screen = new Screen(spec.commandLine().getOut());
    try (MeterSource source = watched.open()) {
      for (long i = 0; count == null || i < count; i++) {
        if (i > 0) {
          TimeUnit.NANOSECONDS.sleep(interval.toNanos());
        }
        try {
          Figures figures = history.add(new Snapshot(System.nanoTime(), source.read()));
          remember(figures);
          if (terminal) {
            lastLines = FigureText.screen(figures, recentLag);
            screen.draw(titled(readiness(figures), lastLines));
          } else {
            spec.commandLine().getOut().println(now() + "  " + FigureText.line(figures));
          }
        } catch (IOException e) {
          if (i == 0) {
            throw new ExitException(e.getMessage(), e);
          }
          if (terminal) {
            screen.draw(titled(e.getMessage(), lastLines));
          } else {
            spec.commandLine().getErr().println(now() + "  " + e.getMessage());
          }
        }
      }
    }
    return 0;
  }

  private static String readiness(Figures figures) {
    if (figures.ready().isEmpty()) {
      return "";
    }
    return figures.ready().getAsDouble() > 0 ? "ready" : "not ready";
  }

  private void check() {
    if (count != null && count < 1) {
      throw new ExitException(2, "--count must be at least 1", null);
    }
    if (interval.isZero() || interval.isNegative()) {
      throw new ExitException(2, "--interval must be longer than 0", null);
    }
  }

  private void remember(Figures figures) {
    figures.lag().ifPresent(lag -> recentLag.add(lag + figures.pending().orElse(0)));
    if (recentLag.size() > BARS) {
      recentLag.remove(0);
    }
  }

  private List<String> titled(String state, List<String> lines) {
    List<String> all = new ArrayList<>();
    all.add("sluice " + watched.name() + "   " + now() + "   " + state);
    all.addAll(lines);
    return all;
  }

  private static String now() {
    return CLOCK.format(LocalTime.now(ZoneId.systemDefault()));
  }
}
