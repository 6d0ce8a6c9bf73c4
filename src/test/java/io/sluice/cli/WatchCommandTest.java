package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.metrics.PrometheusMeters;
import io.sluice.metrics.SluiceMeter;
import io.sluice.web.Check;
import io.sluice.web.Health;
import io.sluice.web.WebServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WatchCommandTest {
  private final PrometheusMeters prometheus = new PrometheusMeters();
  private final AtomicInteger scrapes = new AtomicInteger();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private WebServer server;

  @BeforeEach
  void start() throws IOException {
    prometheus.meters().gauge(SluiceMeter.READY, () -> 1);
    prometheus.meters().gauge(SluiceMeter.LAG, () -> 42, "0");
    prometheus.meters().gauge(SluiceMeter.LEVEL, () -> 0);
    server =
        WebServer.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), this::scrape, health());
  }

  @AfterEach
  void close() {
    server.close();
    prometheus.close();
  }

  /** A few more records at each scrape. */
  private String scrape() {
    for (int i = 0; i < 10; i++) {
      prometheus.meters().add(SluiceMeter.RECORDS, 1, "translated");
      prometheus.meters().record(SluiceMeter.END_TO_END, 0.2);
    }
    scrapes.incrementAndGet();
    return prometheus.scrape();
  }

  private static Health health() {
    return new Health() {
      @Override
      public Check live() {
        return new Check(true, Map.of());
      }

      @Override
      public Check ready() {
        return live();
      }
    };
  }

  @Test
  void shouldPrintOneLineForEachReadingWhenStdoutIsNoTerminal() {
    int status = watch("--url", server.url(), "--interval", "20ms", "--count", "3");

    assertThat(status).isZero();
    assertThat(scrapes).hasValue(3);
    assertThat(out.toString().lines())
        .hasSize(3)
        .allSatisfy(
            line ->
                assertThat(line)
                    .contains("ready 1", "lag 42", "level 0", "p99 ")
                    .doesNotContain("\u001b"));
    assertThat(out.toString().lines().skip(1))
        .allSatisfy(line -> assertThat(line).doesNotContain("records/s –"));
  }

  @Test
  void shouldAddUpSeveralInstances() {
    watch("--url", server.url() + "," + server.url() + "/metrics", "--count", "1");

    assertThat(out.toString()).contains("ready 2", "lag 84");
  }

  @Test
  void shouldFailWithTheAddressWhenNobodyAnswers() {
    server.close();

    int status = watch("--url", server.url(), "--count", "2");

    assertThat(status).isEqualTo(1);
    assertThat(err.toString().lines()).hasSize(1);
    assertThat(err.toString()).contains("no answer from " + server.url() + "/metrics");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void shouldFailWhenThePageIsNoMeters() {
    assertThat(watch("--url", server.url() + "/health/live", "--count", "1")).isEqualTo(1);
    assertThat(err.toString()).contains("does not show meters");
    assertThat(watch("--url", server.url() + "/nothing", "--count", "1")).isEqualTo(1);
    assertThat(err.toString()).contains("status 404");
  }

  @Test
  void shouldReturnTwoWhenOptionsMakeNoSense() {
    assertThat(watch("--url", "localhost:9464")).isEqualTo(2);
    assertThat(watch("--url", "http://")).isEqualTo(2);
    assertThat(watch("--count", "0")).isEqualTo(2);
    assertThat(watch("--interval", "0s")).isEqualTo(2);
  }

  private int watch(String... options) {
    String[] all = new String[options.length + 1];
    all[0] = "watch";
    System.arraycopy(options, 0, all, 1, options.length);
    return Main.run(Map.of(), new PrintWriter(out, true), new PrintWriter(err, true), all);
  }
}
