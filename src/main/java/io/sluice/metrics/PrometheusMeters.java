package io.sluice.metrics;

import io.micrometer.core.instrument.Meter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusNamingConvention;

/** Meters that Prometheus can read. Thread-safe. */
public final class PrometheusMeters implements AutoCloseable {
  /** Of what {@link #scrape} returns. */
  public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Meters meters;

  public PrometheusMeters() {
    registry.config().namingConvention(new ExportedNames());
    meters = new MicrometerMeters(registry);
  }

  /** Where to report to. */
  public Meters meters() {
    return meters;
  }

  /** All meters in Prometheus' text format. */
  public String scrape() {
    return registry.scrape(CONTENT_TYPE);
  }

  @Override
  public void close() {
    registry.close();
  }

  /** Timers keep the names that they have: not every one of them is a duration. */
  private static final class ExportedNames extends PrometheusNamingConvention {
    @Override
    public String name(String name, Meter.Type type, String baseUnit) {
      return type == Meter.Type.TIMER ? name : super.name(name, type, baseUnit);
    }
  }
}
