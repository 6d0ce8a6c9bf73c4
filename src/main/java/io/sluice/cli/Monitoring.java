package io.sluice.cli;

import io.sluice.metrics.Meters;
import io.sluice.metrics.PrometheusMeters;
import io.sluice.metrics.SluiceMeter;
import io.sluice.pipeline.TranslationApplication;
import io.sluice.web.WebServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;

/** Meters and health of this process and where they are shown; or none of it. Thread-safe. */
final class Monitoring implements AutoCloseable {
  private final Optional<PrometheusMeters> prometheus;
  private final ApplicationHealth health = new ApplicationHealth();
  private volatile WebServer web;

  private Monitoring(Optional<PrometheusMeters> prometheus) {
    this.prometheus = prometheus;
  }

  /** Measures nothing and shows nothing. */
  static Monitoring off() {
    return new Monitoring(Optional.empty());
  }

  /** Measures. Not ready: there is no application yet. */
  static Monitoring on() {
    Monitoring monitoring = new Monitoring(Optional.of(new PrometheusMeters()));
    monitoring.meters().gauge(SluiceMeter.READY, () -> 0);
    return monitoring;
  }

  WebServer listen(InetSocketAddress address) throws IOException {
    return WebServer.start(address, prometheus.orElseThrow()::scrape, health);
  }

  void shownAt(WebServer server) {
    web = server;
  }

  /** Where the application reports to. */
  Meters meters() {
    return prometheus.map(PrometheusMeters::meters).orElse(Meters.NOOP);
  }

  /** The address without a path; empty if nothing is shown. */
  Optional<String> url() {
    return Optional.ofNullable(web).map(WebServer::url);
  }

  /** Shows the health of an application whose model is warm, before it is started. */
  void showHealthOf(TranslationApplication application) {
    health.of(application);
  }

  @Override
  public void close() {
    if (web != null) {
      web.close();
    }
    prometheus.ifPresent(PrometheusMeters::close);
  }
}
