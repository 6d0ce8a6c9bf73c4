package io.sluice.cli;

import io.sluice.simulation.Trace;
import io.sluice.simulation.Traces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.DoubleSupplier;
import picocli.CommandLine.Option;

/** How large and how long the load of a trace is. */
public final class TraceOptions {
  @Option(names = "--seed", paramLabel = "S", defaultValue = "1", description = "Of arrivals.")
  private long seed;

  @Option(
      names = "--load",
      paramLabel = "X",
      description = "Largest rate of the trace, as a share of the capacity at full quality.")
  private Double load;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "The trace in so many seconds, stretched or shortened; default: its own time.")
  private Double seconds;

  long seed() {
    return seed;
  }

  /** True if a trace has rates of its own, records a second. */
  boolean absolute(String name) {
    return load == null && !Traces.NAMES.contains(name);
  }

  /**
   * A trace by its name, or of a file of {@code seconds,rate}.
   *
   * @param capacity records a second at full quality, which a file's rates are divided by
   * @throws ExitException with status 2 if there is no such trace
   */
  Trace trace(String name, DoubleSupplier capacity) throws IOException {
    if ((load != null && !(load > 0)) || (seconds != null && !(seconds > 0))) {
      throw new ExitException(2, "--load and --seconds must be positive", null);
    }
    try {
      Trace trace = read(name, capacity);
      return seconds == null ? trace : trace.lasting(seconds);
    } catch (IllegalArgumentException e) {
      throw new ExitException(2, e.getMessage(), e);
    }
  }

  private Trace read(String name, DoubleSupplier capacity) throws IOException {
    if (Traces.NAMES.contains(name)) {
      return load == null ? Traces.named(name) : Traces.named(name, load);
    }
    Path file = Path.of(name);
    if (!Files.isRegularFile(file)) {
      throw new ExitException(
          2, "no trace and no file '" + name + "', traces are " + Traces.NAMES, null);
    }
    List<String> lines = Files.readAllLines(file);
    double unit = load == null ? capacity.getAsDouble() : Traces.read(name, lines, 1).peak() / load;
    return Traces.read(file.getFileName().toString(), lines, unit);
  }
}
