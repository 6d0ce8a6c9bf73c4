package io.sluice.watch;

import io.sluice.metrics.Exposition;
import io.sluice.metrics.HistogramReading;
import io.sluice.metrics.SluiceMeter;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * What one looks at. Rates, percentiles and means are of a window of time; without an earlier
 * snapshot percentiles and means are of everything since the start, and rates are not known. Empty
 * means not known. Immutable; pure functions.
 *
 * @param ready instances that take records
 * @param lag records not yet read
 * @param pending records taken without an outcome
 * @param backlogSeconds time that the waiting work takes at full quality, the longest of instances
 * @param level rung of the service ladder, the lowest quality of instances
 * @param experts what runs, such as {@code decoder 32 16 of 32}; empty before the first batch
 * @param recordsPerSecond outcomes
 * @param tokensPerSecond tokens written
 * @param latency from the record's timestamp to sending
 * @param queue from the record's timestamp to admission
 * @param batchWait from admission until the model began
 * @param decode decoding
 * @param meanBatch segments of a batch
 * @param quality mean score, 0 to 1
 * @param expectedLoss mean expected chrF distance to the full-quality text, 0 to 1
 * @param degradedShare share of the results below full quality, 0 to 1
 * @param debt degraded results not yet translated again
 * @param outcomes since the start, by name
 */
public record Figures(
    OptionalDouble ready,
    OptionalDouble lag,
    OptionalDouble pending,
    OptionalDouble backlogSeconds,
    OptionalDouble level,
    List<String> experts,
    OptionalDouble recordsPerSecond,
    OptionalDouble tokensPerSecond,
    Percentiles latency,
    Percentiles queue,
    Percentiles batchWait,
    Percentiles decode,
    OptionalDouble meanBatch,
    OptionalDouble quality,
    OptionalDouble expectedLoss,
    OptionalDouble degradedShare,
    OptionalDouble debt,
    Map<String, Long> outcomes) {

  private static final double NANOS_PER_SECOND = 1e9;

  /**
   * Median and tails of a duration, seconds.
   *
   * @param p50 half are at most this
   * @param p95 95 % are
   * @param p99 99 % are
   */
  public record Percentiles(OptionalDouble p50, OptionalDouble p95, OptionalDouble p99) {
    static Percentiles of(HistogramReading histogram) {
      return new Percentiles(
          histogram.quantile(0.50), histogram.quantile(0.95), histogram.quantile(0.99));
    }
  }

  /** Figures of a window from {@code earlier}, where there is one, to {@code now}. */
  public static Figures of(Optional<Snapshot> earlier, Snapshot now) {
    Window window = new Window(earlier, now);
    Exposition meters = now.meters();
    return new Figures(
        meters.sum(SluiceMeter.READY),
        meters.sum(SluiceMeter.LAG),
        meters.sum(SluiceMeter.PENDING),
        meters.sum(SluiceMeter.BACKLOG, "quality", "full").isPresent()
            ? longestBacklog(meters)
            : OptionalDouble.empty(),
        meters.max(SluiceMeter.LEVEL),
        experts(meters),
        window.rate(SluiceMeter.RECORDS),
        window.rate(SluiceMeter.TOKENS, "direction", "target"),
        Percentiles.of(window.histogram(SluiceMeter.END_TO_END)),
        Percentiles.of(window.histogram(SluiceMeter.QUEUE)),
        Percentiles.of(window.histogram(SluiceMeter.BATCH_WAIT)),
        Percentiles.of(window.histogram(SluiceMeter.DECODE)),
        window.histogram(SluiceMeter.BATCH_SIZE).mean(),
        window.histogram(SluiceMeter.QUALITY_SCORE).mean(),
        window.histogram(SluiceMeter.EXPECTED_LOSS).mean(),
        window.degradedShare(),
        meters.sum(SluiceMeter.QUALITY_DEBT),
        outcomes(meters));
  }

  private static OptionalDouble longestBacklog(Exposition meters) {
    return meters
        .of(SluiceMeter.BACKLOG)
        .filter(sample -> "full".equals(sample.labels().get("quality")))
        .mapToDouble(sample -> sample.value())
        .max();
  }

  private static List<String> experts(Exposition meters) {
    return List.of("encoder", "decoder").stream()
        .flatMap(half -> experts(meters, half).stream())
        .toList();
  }

  /** The fewest of all instances, layer by layer. */
  private static Optional<String> experts(Exposition meters, String half) {
    Map<String, Integer> layers =
        new TreeMap<>(Comparator.comparing(String::length).thenComparing(layer -> layer));
    meters
        .of(SluiceMeter.EXPERTS_ACTIVE)
        .filter(sample -> sample.labels().getOrDefault("layer", "").startsWith(half + "."))
        .forEach(
            sample -> layers.merge(sample.labels().get("layer"), (int) sample.value(), Math::min));
    OptionalDouble total =
        meters
            .of(SluiceMeter.EXPERTS)
            .filter(sample -> half.equals(sample.labels().get("half")))
            .mapToDouble(sample -> sample.value())
            .max();
    if (layers.isEmpty() || total.isEmpty()) {
      return Optional.empty();
    }
    List<Integer> active = layers.values().stream().toList();
    boolean uniform = active.stream().distinct().count() == 1;
    String runs =
        uniform
            ? active.get(0).toString()
            : String.join(" ", active.stream().map(String::valueOf).toList());
    return Optional.of("%s %s of %.0f".formatted(half, runs, total.getAsDouble()));
  }

  private static Map<String, Long> outcomes(Exposition meters) {
    Map<String, Long> outcomes = new TreeMap<>();
    meters
        .of(SluiceMeter.RECORDS)
        .filter(sample -> sample.value() > 0)
        .forEach(
            sample ->
                outcomes.merge(
                    sample.labels().getOrDefault("outcome", ""),
                    Math.round(sample.value()),
                    Long::sum));
    return outcomes;
  }

  /** Differences of counters and histograms. */
  private record Window(Optional<Snapshot> earlier, Snapshot now) {
    OptionalDouble rate(SluiceMeter meter) {
      return rate(
          now.meters().sum(meter),
          earlier.map(snapshot -> snapshot.meters().sum(meter)).orElse(OptionalDouble.empty()));
    }

    OptionalDouble rate(SluiceMeter meter, String label, String value) {
      return rate(
          now.meters().sum(meter, label, value),
          earlier
              .map(snapshot -> snapshot.meters().sum(meter, label, value))
              .orElse(OptionalDouble.empty()));
    }

    private OptionalDouble rate(OptionalDouble after, OptionalDouble before) {
      if (after.isEmpty() || before.isEmpty()) {
        return OptionalDouble.empty();
      }
      double seconds = (now.nanos() - earlier.orElseThrow().nanos()) / NANOS_PER_SECOND;
      double more = after.getAsDouble() - before.getAsDouble();
      return OptionalDouble.of((more < 0 ? after.getAsDouble() : more) / seconds);
    }

    HistogramReading histogram(SluiceMeter meter) {
      HistogramReading all = now.meters().histogram(meter);
      return earlier.map(before -> all.since(before.meters().histogram(meter))).orElse(all);
    }

    OptionalDouble degradedShare() {
      double results = histogram(SluiceMeter.END_TO_END).count();
      double all = now.meters().sum(SluiceMeter.DEGRADED).orElse(0);
      double before =
          earlier
              .map(snapshot -> snapshot.meters().sum(SluiceMeter.DEGRADED).orElse(0))
              .orElse(0.0);
      double degraded = all < before ? all : all - before;
      return results > 0 ? OptionalDouble.of(degraded / results) : OptionalDouble.empty();
    }
  }
}
