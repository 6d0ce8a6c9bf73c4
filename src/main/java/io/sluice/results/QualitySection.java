package io.sluice.results;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Quality by number of experts, before and after finetuning. */
final class QualitySection implements Section {
  private static final List<String> MODES = List.of("token", "sentence", "static", "batch");
  private static final List<String> OTHERS =
      List.of("token-8-4", "token-8-2", "token-4-4", "token-2-2", "sentence-4-4", "sentence-2-2");

  @Override
  public String markdown(ResultFiles files, String plots) {
    Quality quality = new Quality(files);
    StringBuilder text = new StringBuilder("## Quality by number of experts\n\n");
    text.append(
        """
        In each cell BLEU, the difference to all experts of the same model with its 95 % interval, \
        and in brackets the share kept in percent. Change: teacher-forced cross-entropy, nats a \
        token; flips: tokens whose most probable successor changes, percent; both means of the \
        test sets. One model alone: `./sluice model eval --routing MODE --experts 4,8,16,32`.

        The original: half of the experts lose 10 % of BLEU; 10–20 % of the parameters keep 95 % of \
        the quality.

        """);
    text.append("### Before and after finetuning, all experts\n\n").append(whole(quality));
    text.append("### After finetuning\n\n").append(table(quality, "after"));
    text.append("### Before finetuning\n\n").append(table(quality, "before"));
    return text.append("![quality by number of experts](%s/quality.png)\n\n".formatted(plots))
        .toString();
  }

  private static String whole(Quality quality) {
    List<String> heading = new ArrayList<>(List.of("model"));
    heading.addAll(quality.corpora());
    MarkdownTable table = new MarkdownTable(heading);
    for (String model : List.of("dense", "after")) {
      List<String> row =
          new ArrayList<>(List.of(model.equals("dense") ? "before (dense checkpoint)" : "after"));
      for (String corpus : quality.corpora()) {
        row.add(
            "BLEU %s, chrF2 %s"
                .formatted(
                    MarkdownTable.number(quality.value(model, "dense-8-8", corpus, "bleu"), 2),
                    MarkdownTable.number(quality.value(model, "dense-8-8", corpus, "chrf"), 2)));
      }
      table.row(row);
    }
    return table.toString();
  }

  private static String table(Quality quality, String model) {
    List<String> heading = new ArrayList<>(List.of("experts"));
    heading.addAll(quality.corpora());
    heading.addAll(List.of("change", "flips"));
    MarkdownTable table = new MarkdownTable(heading);
    List<String> settings = new ArrayList<>();
    for (String mode : MODES) {
      for (int eighths = 7; eighths > 0; eighths--) {
        settings.add(mode + "-" + eighths + "-8");
      }
    }
    settings.addAll(OTHERS);
    for (String setting : settings) {
      if (Double.isNaN(quality.mean(model, setting, "bleu"))) {
        continue;
      }
      List<String> row = new ArrayList<>(List.of(Settings.describe(setting)));
      for (String corpus : quality.corpora()) {
        row.add(cell(quality.row(model, setting, corpus)));
      }
      row.add(MarkdownTable.signed(quality.mean(model, setting, "crossEntropyChange"), 4));
      row.add(MarkdownTable.percent(quality.mean(model, setting, "tokenFlips")));
      table.row(row);
    }
    return table.toString();
  }

  private static String cell(JsonNode row) {
    double bleu = row.path("bleu").asDouble();
    return "%s, %s (%s to %s) (%s)"
        .formatted(
            MarkdownTable.number(bleu, 2),
            MarkdownTable.signed(row.path("bleuDifference").asDouble(), 2),
            MarkdownTable.signed(row.path("bleuDifferenceLow").asDouble(), 2),
            MarkdownTable.signed(row.path("bleuDifferenceHigh").asDouble(), 2),
            MarkdownTable.percent(bleu / row.path("denseBleu").asDouble(Double.NaN)));
  }

  @Override
  public void plot(ResultFiles files, Path folder) throws IOException {
    Quality quality = new Quality(files);
    LinePlot plot =
        new LinePlot(
            "BLEU kept, mean of the test sets, decoder experts", "experts, k/N", "% of dense");
    for (String model : List.of("after", "before")) {
      for (String mode : MODES) {
        List<Double> x = new ArrayList<>();
        List<Double> y = new ArrayList<>();
        for (int eighths = 1; eighths < 8; eighths++) {
          x.add(eighths / 8.0);
          y.add(quality.meanKept(model, mode + "-" + eighths + "-8"));
        }
        plot.line(mode + ", " + model + " finetuning", x, y, model.equals("before"));
      }
    }
    plot.write(folder.resolve("quality.png"));
  }
}
