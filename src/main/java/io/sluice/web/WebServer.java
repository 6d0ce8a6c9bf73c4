package io.sluice.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.sluice.metrics.PrometheusMeters;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code GET /metrics}, {@code /health/live} and {@code /health/ready}; nothing else and nothing
 * that changes anything. Nothing that goes wrong here reaches the translation. Thread-safe.
 */
public final class WebServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WebServer.class);
  private static final String JSON = "application/json; charset=utf-8";
  private static final int THREADS = 4;
  private static final int OK = 200;
  private static final int NOT_FOUND = 404;
  private static final int METHOD_NOT_ALLOWED = 405;
  private static final int INTERNAL_ERROR = 500;
  private static final int UNAVAILABLE = 503;

  private final ObjectMapper json = new ObjectMapper();
  private final Map<String, Supplier<Answer>> pages;
  private final HttpServer server;
  private final ExecutorService threads;

  private record Answer(int status, String contentType, String body) {}

  private WebServer(HttpServer server, Supplier<String> metrics, Health health) {
    this.server = server;
    this.pages =
        Map.of(
            "/metrics",
            () -> new Answer(OK, PrometheusMeters.CONTENT_TYPE, metrics.get()),
            "/health/live",
            () -> answer(health.live()),
            "/health/ready",
            () -> answer(health.ready()));
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            body -> {
              Thread thread = new Thread(body, "sluice-web");
              thread.setDaemon(true);
              return thread;
            });
    pool.allowCoreThreadTimeOut(true);
    this.threads = pool;
  }

  /**
   * Listens until it is closed.
   *
   * @param address port 0: any free one
   * @param metrics Prometheus' text format, asked at each scrape
   * @throws IOException if the address cannot be had
   */
  public static WebServer start(InetSocketAddress address, Supplier<String> metrics, Health health)
      throws IOException {
    WebServer web = new WebServer(HttpServer.create(address, 0), metrics, health);
    web.server.createContext("/", web::handle);
    web.server.setExecutor(web.threads);
    web.server.start();
    return web;
  }

  /** Where it listens, without a path. */
  public String url() {
    InetSocketAddress address = server.getAddress();
    String host = address.getAddress().getHostAddress();
    return "http://" + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String method = exchange.getRequestMethod();
      Answer answer = answer(method, exchange.getRequestURI().getPath());
      byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", answer.contentType());
      exchange.getResponseHeaders().set("Cache-Control", "no-store");
      exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
      if (answer.status() == METHOD_NOT_ALLOWED) {
        exchange.getResponseHeaders().set("Allow", "GET, HEAD");
      }
      if (method.equals("HEAD")) {
        exchange.sendResponseHeaders(answer.status(), -1);
        return;
      }
      exchange.sendResponseHeaders(answer.status(), body.length);
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(body);
      }
    }
  }

  private Answer answer(String method, String path) {
    Supplier<Answer> page = path == null ? null : pages.get(path);
    if (page == null) {
      return new Answer(
          NOT_FOUND, JSON, text(Map.of("pages", pages.keySet().stream().sorted().toList())));
    }
    if (!method.equals("GET") && !method.equals("HEAD")) {
      return new Answer(METHOD_NOT_ALLOWED, JSON, text(Map.of("allowed", "GET, HEAD")));
    }
    try {
      return page.get();
    } catch (RuntimeException e) {
      LOG.warn("{} failed", path, e);
      return new Answer(INTERNAL_ERROR, JSON, text(Map.of("failed", path)));
    }
  }

  private Answer answer(Check check) {
    Map<String, Object> body = new TreeMap<>(check.details());
    body.put("status", check.well() ? "UP" : "DOWN");
    return new Answer(check.well() ? OK : UNAVAILABLE, JSON, text(body));
  }

  private String text(Map<String, ?> body) {
    try {
      return json.writeValueAsString(body) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("details of health are plain values", e);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdown();
  }
}
