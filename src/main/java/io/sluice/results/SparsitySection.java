package io.sluice.results;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How many neurons are inactive, before and after finetuning. */
final class SparsitySection implements Section {
  private static final int DIGITS = 12;

  @Override
  public String markdown(ResultFiles files, String plots) {
    StringBuilder text = new StringBuilder("## Sparsity\n\n");
    text.append(
        """
        The first 300 sentences of each test set, percent of the neurons of a layer; the decoder is fed the \
        references (teacher-forced) or its own words (free-running). p10 and p90 are over tokens. \
        *80 %* and *95 %*: the neurons that carry so much of the mean contribution. *In a batch*: \
        neurons that any of 32 tokens decoded together activates. One model alone: \
        `./sluice model sparsity --source F --target F --plot F`.

        The original: about 90 % inactive in the encoder, 80–90 % in the decoder.

        """);
    for (String model : List.of("dense", "after")) {
      text.append("### ").append(title(model)).append("\n\n");
      text.append("SHA-256 of the weights and experts begins with `");
      text.append(digest(files, model)).append("`.\n\n").append(table(files, model));
    }
    return text.append("![active neurons by batch](%s/sparsity.png)\n\n".formatted(plots))
        .toString();
  }

  private static String digest(ResultFiles files, String model) {
    String digest = files.read("sparsity-" + model).path("digest").asText(MarkdownTable.NOTHING);
    return digest.substring(0, Math.min(DIGITS, digest.length()));
  }

  private static String title(String model) {
    return model.equals("dense") ? "Dense checkpoint" : "Finetuned model, all experts";
  }

  private static String table(ResultFiles files, String model) {
    MarkdownTable table =
        new MarkdownTable(
            List.of(
                "layer",
                "inactive",
                "p10",
                "p90",
                "original",
                "dead",
                "always on",
                "80 %",
                "95 %",
                "active in a batch"));
    for (JsonNode layer : files.read("sparsity-" + model).path("layers")) {
      JsonNode inactive = layer.path("inactive");
      JsonNode carrying = layer.path("carrying").path("contribution");
      table.row(
          List.of(
              run(layer) + " " + layer.path("layer").asText(),
              percent(inactive, "mean"),
              percent(inactive, "p10"),
              percent(inactive, "p90"),
              inactive.path("originalPercent").asText(),
              layer.path("dead").asText(),
              layer.path("alwaysOn").asText(),
              percent(carrying, "80"),
              percent(carrying, "95"),
              MarkdownTable.percent(inBatch(layer))));
    }
    return table.toString();
  }

  private static String run(JsonNode layer) {
    String half = layer.path("half").asText();
    return half.equals("encoder") ? half : half + ", " + layer.path("run").asText();
  }

  private static String percent(JsonNode json, String field) {
    return MarkdownTable.percent(json.path(field).asDouble(Double.NaN));
  }

  private static double inBatch(JsonNode layer) {
    for (JsonNode point : layer.path("union")) {
      if (point.path("batch").asInt() == 32) {
        return point.path("real").asDouble(Double.NaN);
      }
    }
    return Double.NaN;
  }

  @Override
  public void plot(ResultFiles files, Path folder) throws IOException {
    LinePlot plot =
        new LinePlot(
            "Neurons that a batch keeps busy, mean of the layers",
            "tokens in the batch, as a power of 2",
            "active, %");
    for (String model : List.of("dense", "after")) {
      for (String run : List.of("source", "free-running")) {
        union(plot, files.read("sparsity-" + model).path("layers"), model, run);
      }
    }
    plot.write(folder.resolve("sparsity.png"));
  }

  private static void union(LinePlot plot, JsonNode layers, String model, String run) {
    List<Double> x = new ArrayList<>();
    List<Double> y = new ArrayList<>();
    int sizes = layers.path(0).path("union").size();
    for (int size = 0; size < sizes; size++) {
      List<Double> shares = new ArrayList<>();
      for (JsonNode layer : layers) {
        if (layer.path("run").asText().equals(run)) {
          shares.add(100 * layer.path("union").path(size).path("real").asDouble(Double.NaN));
        }
      }
      x.add((double) size);
      y.add(Quality.mean(shares));
    }
    String half = run.equals("source") ? "encoder" : "decoder";
    plot.line(half + ", " + title(model), x, y, model.equals("dense"));
  }
}
