package io.sluice.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands between the application and a schema registry: refuses connections, does not answer, or
 * does not know ids that the registry knows. Thread-safe.
 */
public final class RegistryProxy implements AutoCloseable {
  private final HttpClient client = HttpClient.newHttpClient();
  private final URI registry;
  private final InetSocketAddress address;
  private final Set<Integer> hidden = ConcurrentHashMap.newKeySet();
  private final AtomicInteger asked = new AtomicInteger();
  private final Object silence = new Object();
  private boolean silent;
  private HttpServer server;
  private ExecutorService threads;

  /** A proxy on a free port, open. */
  public RegistryProxy(String registryUrl) {
    registry = URI.create(registryUrl);
    server = listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    address = server.getAddress();
  }

  /** The address for clients. */
  public String url() {
    return "http://127.0.0.1:" + address.getPort() + registry.getPath();
  }

  /** Requests that arrived, answered or not. */
  public int asked() {
    return asked.get();
  }

  /** Connections are refused until {@link #open}. */
  public synchronized void refuse() {
    stop();
  }

  /** Connections are taken and requests not answered until {@link #open}. */
  public void silence() {
    synchronized (silence) {
      silent = true;
    }
  }

  /** Passes everything on again. */
  public synchronized void open() {
    if (server == null) {
      server = listen(address);
    }
    synchronized (silence) {
      silent = false;
      silence.notifyAll();
    }
  }

  /** Answers 40403 when asked for that schema id, until {@link #show}. */
  public void hide(int id) {
    hidden.add(id);
  }

  public void show(int id) {
    hidden.remove(id);
  }

  private HttpServer listen(InetSocketAddress where) {
    try {
      HttpServer started = HttpServer.create(where, 0);
      threads = Executors.newCachedThreadPool();
      started.setExecutor(threads);
      started.createContext("/", this::handle);
      started.start();
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    asked.incrementAndGet();
    try (exchange) {
      synchronized (silence) {
        while (silent) {
          silence.wait();
        }
      }
      String path = exchange.getRequestURI().getPath();
      if (hidden.stream().anyMatch(id -> path.endsWith("/schemas/ids/" + id))) {
        answer(exchange, 404, bytes("{\"error_code\":40403,\"message\":\"Schema not found\"}"));
      } else {
        forward(exchange);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void forward(HttpExchange exchange) throws IOException, InterruptedException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(registry.resolve(exchange.getRequestURI()))
            .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body));
    String type = exchange.getRequestHeaders().getFirst("Content-Type");
    if (type != null) {
      request.header("Content-Type", type);
    }
    HttpResponse<byte[]> response =
        client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    answer(exchange, response.statusCode(), response.body());
  }

  private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/vnd.schemaregistry.v1+json");
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private void stop() {
    if (server != null) {
      server.stop(0);
      threads.shutdownNow();
      server = null;
    }
  }

  @Override
  public synchronized void close() {
    stop();
  }
}
