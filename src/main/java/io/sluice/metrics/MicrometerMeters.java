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
 * the suffixes that Micrometer's Prometheus naming adds itself. Thread-safe.
 */
public final class MicrometerMeters implements Meters {
  private static final double[] SECONDS = {
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300
  };
  private static final double[] ROWS = {1, 2, 4, 8, 16, 24, 32, 48, 64, 128};
  private static final double[] SHARES = {0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1};

  private record Id(SluiceMeter meter, List<String> labelValues) {}

  private final MeterRegistry registry;
  private final Map<Id, Counter> counters = new ConcurrentHashMap<>();
  private final Map<Id, DistributionSummary> histograms = new ConcurrentHashMap<>();

  private final Map<Id, DoubleSupplier> gauges = new ConcurrentHashMap<>();

  public MicrometerMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  @Override
  public void add(SluiceMeter meter, double amount, String... labelValues) {
    counters.computeIfAbsent(id(meter, labelValues), this::counter).increment(amount);
  }

  @Override
  public void record(SluiceMeter meter, double value, String... labelValues) {
    histograms.computeIfAbsent(id(meter, labelValues), this::histogram).record(value);
  }

  @Override
  public void gauge(SluiceMeter meter, DoubleSupplier value, String... labelValues) {
    Id id = id(meter, labelValues);
    if (gauges.put(id, value) == null) {
      Gauge.builder(baseName(meter), gauges, all -> all.get(id).getAsDouble())
          .description(meter.description())
          .tags(tags(id))
          .register(registry);
    }
  }

  private Counter counter(Id id) {
    return Counter.builder(baseName(id.meter()))
        .description(id.meter().description())
        .tags(tags(id))
        .register(registry);
  }

  private DistributionSummary histogram(Id id) {
    return DistributionSummary.builder(baseName(id.meter()))
        .description(id.meter().description())
        .baseUnit(id.meter().kind() == SluiceMeter.Kind.SECONDS ? "seconds" : null)
        .serviceLevelObjectives(buckets(id.meter()))
        .tags(tags(id))
        .register(registry);
  }

  private static double[] buckets(SluiceMeter meter) {
    if (meter.kind() == SluiceMeter.Kind.SECONDS) {
      return SECONDS;
    }
    return meter == SluiceMeter.BATCH_SIZE ? ROWS : SHARES;
  }

  private static String baseName(SluiceMeter meter) {
    String name = meter.exportedName();
    if (meter.kind() == SluiceMeter.Kind.COUNTER) {
      name = name.substring(0, name.length() - "_total".length());
    } else if (meter.kind() == SluiceMeter.Kind.SECONDS) {
      name = name.substring(0, name.length() - "_seconds".length());
    }
    return name.replace('_', '.');
  }

  private static List<Tag> tags(Id id) {
    List<Tag> tags = new ArrayList<>();
    for (int i = 0; i < id.labelValues().size(); i++) {
      tags.add(Tag.of(id.meter().labels().get(i), id.labelValues().get(i)));
    }
    return tags;
  }

  private static Id id(SluiceMeter meter, String... labelValues) {
    if (labelValues.length != meter.labels().size()) {
      throw new IllegalArgumentException(meter + " has labels " + meter.labels());
    }
    return new Id(meter, List.of(labelValues));
  }
}
