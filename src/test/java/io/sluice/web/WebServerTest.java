package io.sluice.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.metrics.PrometheusMeters;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WebServerTest {
  private final HttpClient http = HttpClient.newHttpClient();
  private volatile Supplier<String> metrics = () -> "sluice_ready 1.0\n";
  private volatile Check live = new Check(true, Map.of());
  private volatile Check ready = new Check(false, Map.of("streams", "REBALANCING"));
  private WebServer server;

  @BeforeEach
  void start() throws IOException {
    server =
        WebServer.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            () -> metrics.get(),
            new Health() {
              @Override
              public Check live() {
                return live;
              }

              @Override
              public Check ready() {
                return ready;
              }
            });
  }

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void shouldServeMeters() throws Exception {
    HttpResponse<String> answer = get("/metrics");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue(PrometheusMeters.CONTENT_TYPE);
    assertThat(answer.body()).isEqualTo("sluice_ready 1.0\n");
  }

  @Test
  void shouldTellWhetherItIsReady() throws Exception {
    HttpResponse<String> before = get("/health/ready");
    ready = new Check(true, Map.of("streams", "RUNNING"));
    HttpResponse<String> after = get("/health/ready");

    assertThat(before.statusCode()).isEqualTo(503);
    assertThat(before.body()).isEqualTo("{\"status\":\"DOWN\",\"streams\":\"REBALANCING\"}\n");
    assertThat(after.statusCode()).isEqualTo(200);
    assertThat(after.body()).isEqualTo("{\"status\":\"UP\",\"streams\":\"RUNNING\"}\n");
  }

  @Test
  void shouldTellWhetherItLives() throws Exception {
    assertThat(get("/health/live").statusCode()).isEqualTo(200);

    live = new Check(false, Map.of());

    assertThat(get("/health/live").statusCode()).isEqualTo(503);
  }

  @Test
  void shouldAnswerOthersAfterAPageHasFailed() throws Exception {
    metrics =
        () -> {
          throw new IllegalStateException("on purpose");
        };

    assertThat(get("/metrics").statusCode()).isEqualTo(500);
    assertThat(get("/metrics").body()).doesNotContain("on purpose");
    assertThat(get("/health/live").statusCode()).isEqualTo(200);
  }

  @Test
  void shouldRefuseOtherMethodsAndPages() throws Exception {
    HttpRequest post =
        HttpRequest.newBuilder(uri("/metrics"))
            .POST(HttpRequest.BodyPublishers.ofString("x"))
            .build();
    HttpRequest head =
        HttpRequest.newBuilder(uri("/metrics"))
            .method("HEAD", HttpRequest.BodyPublishers.noBody())
            .build();

    assertThat(send(post).statusCode()).isEqualTo(405);
    assertThat(send(head).statusCode()).isEqualTo(200);
    assertThat(get("/").statusCode()).isEqualTo(404);
    assertThat(get("/metrics/../secret").statusCode()).isEqualTo(404);
    assertThat(get("/").body()).contains("/metrics", "/health/live", "/health/ready");
  }

  private HttpResponse<String> get(String path) throws Exception {
    return send(HttpRequest.newBuilder(uri(path)).build());
  }

  private URI uri(String path) {
    return URI.create(server.url() + path);
  }

  private HttpResponse<String> send(HttpRequest request) throws Exception {
    return http.send(request, HttpResponse.BodyHandlers.ofString());
  }
}
