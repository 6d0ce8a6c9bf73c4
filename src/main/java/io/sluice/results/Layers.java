package io.sluice.results;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** What was measured within layers, read from files. */
final class Layers {
  private static final double[] SHARES = {0.125, 0.25, 0.375, 0.5, 0.75};

  private final ResultFiles files;

  Layers(ResultFiles files) {
    this.files = files;
  }

  /** Inactive share of a half in a run, mean of its layers, percent; NaN if not measured. */
  double inactive(String model, String half, String run) {
    List<Double> values = new ArrayList<>();
    for (JsonNode layer : files.read("sparsity-" + model).path("layers")) {
      if (layer.path("half").asText().equals(half) && layer.path("run").asText().equals(run)) {
        values.add(100 * layer.path("inactive").path("mean").asDouble());
      }
    }
    return Quality.mean(values);
  }

  /** Names of the routers that were compared. */
  List<String> routers(String model) {
    List<String> names = new ArrayList<>();
    JsonNode layers = files.read("routers-" + model).path("layers");
    for (JsonNode row : layers.path(layers.size() - 1).path("routers")) {
      names.add(row.path("router").asText());
    }
    return names;
  }

  /**
   * A measure of a router with a share of the experts, mean of the layers of a half.
   *
   * @param field such as capturedMass
   */
  double router(String model, String half, String router, double share, String field) {
    List<Double> values = new ArrayList<>();
    for (JsonNode layer : files.read("routers-" + model).path("layers")) {
      if (!layer.path("half").asText().equals(half)) {
        continue;
      }
      long k = Math.max(1, Math.round(share * layer.path("experts").asInt()));
      for (JsonNode row : layer.path("routers")) {
        for (JsonNode point : row.path("points")) {
          if (row.path("router").asText().equals(router) && point.path("k").asLong() == k) {
            values.add(point.path(field).asDouble(Double.NaN));
          }
        }
      }
    }
    return Quality.mean(values);
  }

  /** What a cut captures, mean of the decoder layers, by {@link #shares}. */
  List<Double> captured(String cut) {
    JsonNode layers = files.read("partition-" + cut).path("captured");
    List<Double> means = new ArrayList<>();
    for (int i = 0; i < SHARES.length; i++) {
      List<Double> values = new ArrayList<>();
      for (JsonNode layer : layers) {
        values.add(layer.path(i).asDouble(Double.NaN));
      }
      means.add(Quality.mean(values));
    }
    return means;
  }

  /** Shares of the experts that run. */
  static List<Double> shares() {
    return java.util.Arrays.stream(SHARES).boxed().toList();
  }
}
