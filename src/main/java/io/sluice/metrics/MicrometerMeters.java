package io.sluice.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleConsumer;
import java.util.function.DoubleSupplier;
import java.util.stream.DoubleStream;

/**
 * Binds the meters to a Micrometer registry. Names are registered as Prometheus shows them,
 * counters without the suffix that Micrometer adds. Histograms of fractions, durations or not, are
 * timers. Counters of closed label sets and histograms are there from the start, with 0.
 * Thread-safe.
 */
public final class MicrometerMeters implements Meters {
  private static final double NANOS_PER_SECOND = 1e9;

  private record Id(SluiceMeter meter, List<String> labelValues) {}

  private record Source(Gauge gauge, DoubleSupplier value) {}

  private final MeterRegistry registry;
  private final Map<Id, Counter> counters = new ConcurrentHashMap<>();
  private final Map<Id, DoubleConsumer> histograms = new ConcurrentHashMap<>();
  private final Map<Id, Source> gauges = new ConcurrentHashMap<>();

  public MicrometerMeters(MeterRegistry registry) {
    this.registry = registry;
    for (SluiceMeter meter : SluiceMeter.values()) {
      prepare(meter);
    }
  }

  private void prepare(SluiceMeter meter) {
    if (meter.kind() == SluiceMeter.Kind.COUNTER) {
      combinations(meter.labels()).forEach(values -> counter(new Id(meter, values)));
    } else if (meter.kind() == SluiceMeter.Kind.HISTOGRAM) {
      combinations(meter.labels()).forEach(values -> histogram(new Id(meter, values)));
    }
  }

  private static List<List<String>> combinations(List<Label> labels) {
    List<List<String>> all = List.of(List.of());
    for (Label label : labels) {
      List<List<String>> longer = new ArrayList<>();
      for (List<String> start : all) {
        for (String value : label.values()) {
          List<String> values = new ArrayList<>(start);
          values.add(value);
          longer.add(values);
        }
      }
      all = longer;
    }
    return all;
  }

  @Override
  public void add(SluiceMeter meter, double amount, String... labelValues) {
    counter(id(meter, labelValues)).increment(amount);
  }

  @Override
  public void record(SluiceMeter meter, double value, String... labelValues) {
    histogram(id(meter, labelValues)).accept(value);
  }

  @Override
  public void gauge(SluiceMeter meter, DoubleSupplier value, String... labelValues) {
    gauges.compute(
        id(meter, labelValues),
        (id, before) -> new Source(before == null ? gauge(id) : before.gauge(), value));
  }

  @Override
  public void forget(SluiceMeter meter, String... labelValues) {
    gauges.computeIfPresent(
        id(meter, labelValues),
        (id, source) -> {
          registry.remove(source.gauge());
          return null;
        });
  }

  private Gauge gauge(Id id) {
    return Gauge.builder(baseName(id.meter()), gauges, all -> read(all.get(id)))
        .description(id.meter().description())
        .tags(tags(id))
        .strongReference(true)
        .register(registry);
  }

  private static double read(Source source) {
    return source == null ? Double.NaN : source.value().getAsDouble();
  }

  private Counter counter(Id id) {
    return counters.computeIfAbsent(
        id,
        key ->
            Counter.builder(baseName(key.meter()))
                .description(key.meter().description())
                .tags(tags(key))
                .register(registry));
  }

  private DoubleConsumer histogram(Id id) {
    return histograms.computeIfAbsent(
        id, key -> isFractional(key.meter()) ? fractions(key) : wholeNumbers(key));
  }

  private static boolean isFractional(SluiceMeter meter) {
    return meter.unit() == SluiceMeter.Unit.SECONDS || meter.unit() == SluiceMeter.Unit.SHARE;
  }

  private DoubleConsumer wholeNumbers(Id id) {
    DistributionSummary summary =
        DistributionSummary.builder(baseName(id.meter()))
            .description(id.meter().description())
            .serviceLevelObjectives(id.meter().buckets())
            .tags(tags(id))
            .register(registry);
    return summary::record;
  }

  /** Micrometer rounds what a summary gets up to whole numbers before it finds the bucket. */
  private DoubleConsumer fractions(Id id) {
    Duration[] buckets =
        DoubleStream.of(id.meter().buckets())
            .mapToObj(bound -> Duration.ofNanos(nanos(bound)))
            .toArray(Duration[]::new);
    Timer timer =
        Timer.builder(id.meter().exportedName())
            .description(id.meter().description())
            .serviceLevelObjectives(buckets)
            .tags(tags(id))
            .register(registry);
    return value -> timer.record(nanos(value), TimeUnit.NANOSECONDS);
  }

  private static long nanos(double value) {
    return Math.round(value * NANOS_PER_SECOND);
  }

  private static String baseName(SluiceMeter meter) {
    String name = meter.exportedName();
    if (meter.kind() == SluiceMeter.Kind.COUNTER) {
      name = name.substring(0, name.length() - "_total".length());
    }
    return name.replace('_', '.');
  }

  private static List<Tag> tags(Id id) {
    List<Tag> tags = new ArrayList<>();
    for (int i = 0; i < id.labelValues().size(); i++) {
      tags.add(Tag.of(id.meter().labels().get(i).name(), id.labelValues().get(i)));
    }
    return tags;
  }

  private static Id id(SluiceMeter meter, String... labelValues) {
    if (labelValues.length != meter.labels().size()) {
      throw new IllegalArgumentException(
          meter + " has " + meter.labels().size() + " labels, not " + labelValues.length);
    }
    List<String> values = new ArrayList<>(labelValues.length);
    for (int i = 0; i < labelValues.length; i++) {
      values.add(meter.labels().get(i).checked(labelValues[i]));
    }
    return new Id(meter, values);
  }
}
