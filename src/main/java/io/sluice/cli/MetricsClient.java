package io.sluice.cli;

import io.sluice.metrics.Exposition;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Reads the meters of one or more instances over HTTP. One thread. */
final class MetricsClient implements MeterSource {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final int OK = 200;

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
  private final List<URI> pages;

  /**
   * A client of these addresses.
   *
   * @param urls with or without {@code /metrics}
   * @throws ExitException with status 2 if one is not an HTTP address
   */
  MetricsClient(List<String> urls) {
    this.pages = urls.stream().map(MetricsClient::page).toList();
  }

  private static URI page(String url) {
    try {
      URI uri = URI.create(url);
      if (uri.getHost() != null
          && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
        String path = uri.getPath();
        return path.isEmpty() || path.equals("/") ? uri.resolve("/metrics") : uri;
      }
    } catch (IllegalArgumentException e) {
      throw notAnAddress(url, e);
    }
    throw notAnAddress(url, null);
  }

  private static ExitException notAnAddress(String url, Throwable cause) {
    return new ExitException(
        2, "--url is an address such as http://127.0.0.1:9464, not " + url, cause);
  }

  @Override
  public Exposition read() throws IOException, InterruptedException {
    List<Exposition> parts = new ArrayList<>();
    for (URI page : pages) {
      parts.add(read(page));
    }
    return Exposition.joined(parts);
  }

  @Override
  public void close() {}

  private Exposition read(URI page) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(page).timeout(TIMEOUT).build();
    HttpResponse<String> response;
    try {
      response = http.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      String reason = e.getMessage() == null ? "no connection" : e.getMessage();
      throw new IOException(
          "no answer from %s (%s); run and demo print their address when they start"
              .formatted(page, reason),
          e);
    }
    if (response.statusCode() != OK) {
      throw new IOException(page + " answers with status " + response.statusCode());
    }
    try {
      return Exposition.parse(response.body());
    } catch (IllegalArgumentException e) {
      throw new IOException(page + " does not show meters", e);
    }
  }
}
