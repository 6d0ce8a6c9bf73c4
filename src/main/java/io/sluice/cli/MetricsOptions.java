package io.sluice.cli;

import io.sluice.web.WebServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Option;

/** Where meters and health are shown. */
public final class MetricsOptions {
  /** OpenTelemetry's for Prometheus exporters. */
  static final int DEFAULT_PORT = 9464;

  private static final Logger LOG = LoggerFactory.getLogger(MetricsOptions.class);
  private static final int LARGEST_PORT = 65_535;
  private static final String OFF = "off";

  @Option(
      names = "--metrics-port",
      paramLabel = "P|0|off",
      description =
          "Port of /metrics, /health/live and /health/ready; 0: any free one; default: 9464, or any"
              + " free one where that is taken.")
  private String port;

  @Option(
      names = "--metrics-host",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      description = "Address that the port listens on; 0.0.0.0: all, for containers.")
  private String host;

  /**
   * Shows meters and health until it is closed, at first without an application.
   *
   * @throws ExitException if the port that was asked for cannot be had
   */
  Monitoring start() {
    if (OFF.equalsIgnoreCase(port)) {
      return Monitoring.off();
    }
    Monitoring monitoring = Monitoring.on();
    WebServer web = listen(monitoring);
    monitoring.shownAt(web);
    LOG.info("metrics {}/metrics, health {}/health/ready", web.url(), web.url());
    return monitoring;
  }

  private WebServer listen(Monitoring monitoring) {
    try {
      return monitoring.listen(address(port == null ? DEFAULT_PORT : number()));
    } catch (BindException e) {
      if (port == null) {
        return listenAnywhere(monitoring);
      }
      throw cannotListen(e);
    } catch (IOException e) {
      throw cannotListen(e);
    }
  }

  private WebServer listenAnywhere(Monitoring monitoring) {
    try {
      return monitoring.listen(address(0));
    } catch (IOException e) {
      throw cannotListen(e);
    }
  }

  private InetSocketAddress address(int number) {
    InetSocketAddress address = new InetSocketAddress(host, number);
    if (address.isUnresolved()) {
      throw new ExitException(2, "--metrics-host: no address " + host, null);
    }
    return address;
  }

  private int number() {
    try {
      int number = Integer.parseInt(port);
      if (number >= 0 && number <= LARGEST_PORT) {
        return number;
      }
    } catch (NumberFormatException e) {
      LOG.debug("not a number", e);
    }
    throw new ExitException(
        2, "--metrics-port is a port, 0 for any free one, or off; not " + port, null);
  }

  private ExitException cannotListen(IOException e) {
    return new ExitException(
        "cannot listen on %s:%s (%s): --metrics-port 0 takes any free port, off none"
            .formatted(host, port == null ? DEFAULT_PORT : port, e.getMessage()),
        e);
  }
}
