package io.sluice.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleSupplier;

/**
 * Binds the meters to a Micrometer registry. Names are registered as Prometheus shows them, less
 * the suffixes that Micrometer's Prometheus naming adds itself. Counters of closed label sets and
 * histograms are there from the start, with 0. Thread-safe.
 */
public final class MicrometerMeters implements Meters {
  private record Id(SluiceMeter meter, List<String> labelValues) {}

  private record Source(Gauge gauge, DoubleSupplier value) {}

  private final MeterRegistry registry;
  private final Map<Id, Counter> counters = new ConcurrentHashMap<>();
  private final Map<Id, DistributionSummary> histograms = new ConcurrentHashMap<>();
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
    histogram(id(meter, labelValues)).record(value);
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

  private DistributionSummary histogram(Id id) {
    return histograms.computeIfAbsent(
        id,
        key ->
            DistributionSummary.builder(baseName(key.meter()))
                .description(key.meter().description())
                .baseUnit(key.meter().unit() == SluiceMeter.Unit.SECONDS ? "seconds" : null)
                .serviceLevelObjectives(key.meter().buckets())
                .tags(tags(key))
                .register(registry));
  }

  private static String baseName(SluiceMeter meter) {
    String name = meter.exportedName();
    if (meter.kind() == SluiceMeter.Kind.COUNTER) {
      name = name.substring(0, name.length() - "_total".length());
    } else if (meter.kind() == SluiceMeter.Kind.HISTOGRAM
        && meter.unit() == SluiceMeter.Unit.SECONDS) {
      name = name.substring(0, name.length() - "_seconds".length());
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
