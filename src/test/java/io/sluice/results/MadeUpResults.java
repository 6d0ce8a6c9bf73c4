package io.sluice.results;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Files of a run that never was, with round numbers. */
final class MadeUpResults {
  private static final List<String> CORPORA = List.of("Multi30k", "Tatoeba", "software");
  private static final double DENSE_BLEU = 40;

  private final ResultFiles files;

  private MadeUpResults(ResultFiles files) {
    this.files = files;
  }

  /** All experiments that targets look at, but {@code speed-n64}. */
  static void write(ResultFiles files) {
    expectedLoss(files);
    MadeUpResults made = new MadeUpResults(files);
    made.setup();
    made.sparsity("dense", 0.88);
    made.sparsity("after", 0.92);
    made.partition("random", 0.3);
    made.partition("k-means-refined", 0.5);
    made.routers("before");
    made.routers("after");
    made.quality("dense", "dense-8-8", 40);
    made.quality("after", "dense-8-8", 40.5);
    made.quality("after", "token-4-8", 39.9);
    made.quality("after", "static-4-8", 39);
    made.quality("after", "sentence-4-8", 39.2);
    made.quality("after", "token-2-8", 37);
    made.quality("after", "sentence-2-8", 38.8);
    made.quality("after", "token-8-2", 40);
    made.quality("before", "token-4-8", 38.6);
    made.difference("k-means", "token-4-8", 1.5, 0.5);
    made.difference("before", "token-4-8", 0.5, -0.5);
    made.speed("after", List.of("dense-8-8", "static-1-8", "token-4-8", "token-4-4"));
    made.speed("n8", List.of("dense-8-8", "token-4-8"));
    made.sample();
    made.serving();
  }

  private void setup() {
    ObjectNode json = json();
    json.put("command", "./sluice model report --seed 1").put("date", "2026-01-02");
    json.put("cpu", "Some CPU").put("processors", 2).put("batch", 32).put("threads", 2);
    json.put("seed", 1).put("fitTokens", 40000).put("experts", 32);
    json.put("dense", "dense model").put("model", "tuned model");
    CORPORA.forEach(each -> json.withObject("/sentences").put(each, 100));
    files.write("setup", json);
  }

  private void sparsity(String model, double inactive) {
    ObjectNode json = json().put("digest", "0123456789abcdef");
    ArrayNode layers = json.putArray("layers");
    layer(layers, "encoder", "source", inactive + 0.04);
    layer(layers, "decoder", "teacher-forced", inactive);
    layer(layers, "decoder", "free-running", inactive - 0.01);
    files.write("sparsity-" + model, json);
  }

  private static void layer(ArrayNode layers, String half, String run, double inactive) {
    ObjectNode layer = layers.addObject().put("half", half).put("run", run).put("layer", 0);
    layer
        .putObject("inactive")
        .put("mean", inactive)
        .put("p10", inactive - 0.02)
        .put("p90", inactive + 0.02)
        .put("originalPercent", half.equals("encoder") ? "about 90" : "80–90");
    layer.put("dead", 1).put("alwaysOn", 2);
    layer.putObject("carrying").putObject("contribution").put("80", 0.6).put("95", 0.85);
    ArrayNode union = layer.putArray("union");
    union.addObject().put("batch", 1).put("real", 1 - inactive);
    union.addObject().put("batch", 32).put("real", 0.5);
  }

  private void partition(String name, double start) {
    ObjectNode json = json();
    ArrayNode captured = json.putArray("captured");
    for (int layer = 0; layer < 2; layer++) {
      ArrayNode shares = captured.addArray();
      for (int k = 0; k < 5; k++) {
        shares.add(start + 0.1 * k + 0.02 * layer);
      }
    }
    files.write("partition-" + name, json);
  }

  private void routers(String model) {
    ObjectNode json = json();
    ArrayNode layers = json.putArray("layers");
    for (String half : List.of("encoder", "decoder")) {
      ObjectNode layer = layers.addObject().put("half", half).put("experts", 32);
      ArrayNode rows = layer.putArray("routers");
      router(rows, "oracle by mass", 1);
      router(rows, "trained gate", model.equals("after") ? 0.98 : 0.95);
    }
    files.write("routers-" + model, json);
  }

  private static void router(ArrayNode rows, String name, double recall) {
    ArrayNode points = rows.addObject().put("router", name).putArray("points");
    for (int k : new int[] {4, 8, 12, 16, 24}) {
      points
          .addObject()
          .put("k", k)
          .put("capturedMass", recall * (0.5 + k / 64.0))
          .put("errorWithMeans", 0.5 - k / 64.0);
    }
  }

  private void quality(String model, String setting, double bleu) {
    ObjectNode json = json();
    ArrayNode rows = json.putArray("rows");
    for (String corpus : CORPORA) {
      rows.addObject()
          .put("corpus", corpus)
          .put("expertsTotal", 32)
          .put("bleu", bleu)
          .put("denseBleu", DENSE_BLEU)
          .put("chrf", bleu + 20)
          .put("bleuDifference", bleu - DENSE_BLEU)
          .put("bleuDifferenceLow", bleu - DENSE_BLEU - 0.5)
          .put("bleuDifferenceHigh", bleu - DENSE_BLEU + 0.5)
          .put("crossEntropyChange", (DENSE_BLEU - bleu) / 50)
          .put("tokenFlips", (DENSE_BLEU - bleu) / 20);
    }
    files.write("quality-" + model + "-" + setting, json);
  }

  private void difference(String model, String setting, double value, double low) {
    ObjectNode json = json();
    ArrayNode rows = json.putArray("rows");
    for (String corpus : CORPORA) {
      rows.addObject()
          .put("corpus", corpus)
          .put("value", value)
          .put("low", low)
          .put("high", value + 1);
    }
    files.write("difference-" + model + "-" + setting, json);
  }

  private void speed(String model, List<String> settings) {
    ObjectNode json = json().put("rounds", 3);
    ArrayNode rows = json.putArray("rows");
    double seconds = 10;
    for (String setting : settings) {
      rows.addObject()
          .put("setting", setting)
          .put("seconds", seconds)
          .put("least", seconds - 0.5)
          .put("most", seconds + 0.5);
      seconds = setting.equals("dense-8-8") ? 6.5 : seconds + 1.5;
    }
    files.write("speed-" + model, json);
  }

  private void sample() {
    ObjectNode json = json();
    ArrayNode settings = json.putArray("settings");
    for (String setting : List.of("dense-8-8", "token-4-8")) {
      ObjectNode found = settings.addObject().put("setting", setting).put("bleu", 41.5);
      ArrayNode sentences = found.putArray("sentences");
      sentences.addObject().put("line", 1).put("seconds", 0.05).put("bleu", 30);
      sentences.addObject().put("line", 101).put("seconds", 0.04).put("bleu", 50.5);
    }
    files.write("ten-sentences", json);
  }

  private void serving() {
    ObjectNode json = json().put("batch", 32).put("rounds", 5);
    ArrayNode rows = json.putArray("rows");
    way(rows, "greedy", "dense-8-8", 100, 40);
    way(rows, "greedy", "token-4-8", 125, 39.5);
    way(rows, "greedy", "static-4-8", 120, 38);
    way(rows, "beam 4", "dense-8-8", 30, 41);
    way(rows, "beam 4", "token-4-8", 28, 40);
    files.write("serving", json);
  }

  private static void way(
      ArrayNode rows, String engine, String setting, double speed, double bleu) {
    rows.addObject()
        .put("engine", engine)
        .put("setting", setting)
        .put("sentencesPerSecond", speed)
        .put("bleu", bleu);
  }

  private static ObjectNode json() {
    return JsonNodeFactory.instance.objectNode();
  }

  private static void expectedLoss(ResultFiles files) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("fittedSentences", 1200);
    ObjectNode level = json.putArray("levels").addObject().put("routing", "sentence");
    level.putArray("decoder").add(16).add(8);
    level.putArray("encoder").add(32);
    ObjectNode reliability = json.putObject("reliability");
    row(reliability.putArray("levels"), 0.101, 0.1).put("bound", 0.3).put("withinBound", 0.89);
    row(reliability.putArray("groups"), 0.11, 0.12).put("group", "captions, en to de");
    ArrayNode bins = reliability.putArray("bins");
    row(bins, 0.05, 0.04);
    row(bins, 0.152, 0.16);
    files.write("expected-loss", json);
  }

  private static ObjectNode row(ArrayNode rows, double predicted, double measured) {
    return rows.addObject().put("predicted", predicted).put("measured", measured);
  }
}
