package io.sluice.results;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** Quality by model and setting, read from files. */
final class Quality {
  private final ResultFiles files;
  private final List<String> corpora = new ArrayList<>();

  Quality(ResultFiles files) {
    this.files = files;
    files.read("setup").path("sentences").fieldNames().forEachRemaining(corpora::add);
  }

  /** Names of the test sets. */
  List<String> corpora() {
    return List.copyOf(corpora);
  }

  /**
   * One row; missing if it was not measured.
   *
   * @param setting mode, eighths of the decoder, eighths of the encoder: {@code token-4-8}
   */
  JsonNode row(String model, String setting, String corpus) {
    return find(files.read("quality-" + model + "-" + setting), corpus);
  }

  /** A cut against the random one. */
  JsonNode difference(String model, String setting, String corpus) {
    return find(files.read("difference-" + model + "-" + setting), corpus);
  }

  /** A number of a row; NaN if it was not measured. */
  double value(String model, String setting, String corpus, String field) {
    return row(model, setting, corpus).path(field).asDouble(Double.NaN);
  }

  /** BLEU kept, percent, for each test set. */
  List<Double> kept(String model, String setting) {
    return corpora.stream()
        .map(
            corpus ->
                100
                    * value(model, setting, corpus, "bleu")
                    / value(model, setting, corpus, "denseBleu"))
        .toList();
  }

  /** A number, mean of the test sets; NaN if one is missing. */
  double mean(String model, String setting, String field) {
    return mean(corpora.stream().map(each -> value(model, setting, each, field)).toList());
  }

  /** BLEU kept, percent, mean of the test sets. */
  double meanKept(String model, String setting) {
    return mean(kept(model, setting));
  }

  /** The mode that keeps most with so many eighths of the decoder's experts. */
  String bestMode(String model, int eighths) {
    String best = "token";
    for (String mode : List.of("sentence", "static", "batch")) {
      if (meanKept(model, mode + "-" + eighths + "-8")
          > meanKept(model, best + "-" + eighths + "-8")) {
        best = mode;
      }
    }
    return best;
  }

  static double mean(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
  }

  private static JsonNode find(JsonNode file, String corpus) {
    for (JsonNode row : file.path("rows")) {
      if (row.path("corpus").asText().equals(corpus)) {
        return row;
      }
    }
    return file.path("missing");
  }
}
