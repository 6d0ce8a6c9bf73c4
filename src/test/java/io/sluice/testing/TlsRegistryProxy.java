package io.sluice.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * TLS and basic authentication in front of a schema registry, on a free port of 127.0.0.1. A wrong
 * user or password is answered with 401; a user who may only read gets 403 for everything that
 * writes, where looking up a schema and asking for compatibility are reading. Thread-safe.
 */
public final class TlsRegistryProxy implements AutoCloseable {
  private record User(String password, boolean mayWrite) {}

  private final Map<String, User> users = new ConcurrentHashMap<>();
  private final HttpClient client = HttpClient.newHttpClient();
  private final ExecutorService threads = Executors.newFixedThreadPool(4);
  private final HttpsServer server;
  private final URI registry;

  private TlsRegistryProxy(HttpsServer server, URI registry) {
    this.server = server;
    this.registry = registry;
  }

  /** Starts one in front of a registry's Confluent-compatible address. */
  public static TlsRegistryProxy start(String registryUrl, Certificates certificates) {
    try {
      InetSocketAddress address = new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0);
      HttpsServer server = HttpsServer.create(address, 0);
      server.setHttpsConfigurator(new HttpsConfigurator(tls(certificates)));
      TlsRegistryProxy proxy = new TlsRegistryProxy(server, URI.create(registryUrl));
      server.setExecutor(proxy.threads);
      server.createContext("/", proxy::handle);
      server.start();
      return proxy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Adds a user, or replaces its password and right. */
  public void allow(String user, String password, boolean mayWrite) {
    users.put(user, new User(password, mayWrite));
  }

  /** For Confluent's clients. */
  public String url() {
    return "https://127.0.0.1:" + server.getAddress().getPort() + registry.getPath();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      User user = user(exchange);
      if (user == null) {
        answer(exchange, 401, error(401, "Unauthorized"));
      } else if (!user.mayWrite() && !reads(exchange)) {
        answer(exchange, 403, error(403, "Forbidden"));
      } else {
        forward(exchange, body);
      }
    }
  }

  private User user(HttpExchange exchange) {
    String header = exchange.getRequestHeaders().getFirst("Authorization");
    if (header == null || !header.startsWith("Basic ")) {
      return null;
    }
    byte[] decoded = Base64.getDecoder().decode(header.substring("Basic ".length()));
    String[] parts = new String(decoded, StandardCharsets.UTF_8).split(":", 2);
    User user = users.get(parts[0]);
    return user != null && parts.length == 2 && user.password().equals(parts[1]) ? user : null;
  }

  private static boolean reads(HttpExchange exchange) {
    String path = exchange.getRequestURI().getPath();
    return exchange.getRequestMethod().equals("GET")
        || exchange.getRequestMethod().equals("POST")
            && (path.matches(".*/subjects/[^/]+") || path.contains("/compatibility/"));
  }

  private void forward(HttpExchange exchange, byte[] body) throws IOException {
    URI from = exchange.getRequestURI();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(registry.resolve(from.toString()))
            .method(
                exchange.getRequestMethod(),
                body.length == 0
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofByteArray(body));
    String type = exchange.getRequestHeaders().getFirst("Content-Type");
    if (type != null) {
      request.header("Content-Type", type);
    }
    try {
      HttpResponse<byte[]> response =
          client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
      answer(exchange, response.statusCode(), response.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
  }

  private static byte[] error(int code, String message) {
    return "{\"error_code\":%d,\"message\":\"%s\"}"
        .formatted(code, message)
        .getBytes(StandardCharsets.UTF_8);
  }

  private static SSLContext tls(Certificates certificates) throws IOException {
    char[] password = certificates.password().toCharArray();
    try (InputStream in = Files.newInputStream(certificates.keys())) {
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(in, password);
      KeyManagerFactory managers =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      managers.init(keys, password);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(managers.getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
