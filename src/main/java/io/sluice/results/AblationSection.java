package io.sluice.results;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Each factor varied with the others at their best, before finetuning. */
final class AblationSection implements Section {
  private record Line(String name, String model, String mode) {}

  private static final List<Line> LINES =
      List.of(
          new Line("co-activation-cosine, trained gate, each token", "before", "token"),
          new Line("random, trained gate, each token", "random", "token"),
          new Line("k-means, trained gate, each token", "k-means", "token"),
          new Line("co-activation-cosine, oracle by contribution, each token", "oracle", "token"),
          new Line("random, static hot-first", "random", "static"),
          new Line("k-means, static hot-first", "k-means", "static"),
          new Line("co-activation-cosine, static hot-first", "before", "static"),
          new Line("co-activation-cosine, sentence plans", "before", "sentence"),
          new Line("co-activation-cosine, trained gate, one set a batch", "before", "batch"),
          new Line(
              "co-activation-cosine, trained gate, each token, no compensation",
              "uncompensated",
              "token"));

  @Override
  public String markdown(ResultFiles files, String plots) {
    Quality quality = new Quality(files);
    return """
        ## Ablation before finetuning

        Cut × router × mode × k, on bundles made of the dense checkpoint; each factor is varied \
        with the others at their best. In each cell BLEU %s, then the change in teacher-forced \
        cross-entropy (nats a token, mean of the sets). One bundle alone: \
        `./sluice model moefy --model DENSE --method NAME --data DIR --out NEW`, then \
        `./sluice model eval --model NEW`.

        """
            .formatted(String.join(" / ", quality.corpora()))
        + table(quality)
        + """
        Against the random cut, same router, mode and k: difference in BLEU with 95 % interval \
        (paired bootstrap, 1 000 resamples). The original: both are better than random.

        """
        + differences(quality)
        + "![ablation](%s/ablation.png)\n\n".formatted(plots);
  }

  private static String table(Quality quality) {
    MarkdownTable table = new MarkdownTable(List.of("cut, router, mode", "N/8", "N/4", "N/2"));
    for (Line line : LINES) {
      List<String> row = new ArrayList<>(List.of(line.name()));
      for (int eighths : new int[] {1, 2, 4}) {
        row.add(cell(quality, line.model(), line.mode() + "-" + eighths + "-8"));
      }
      table.row(row);
    }
    return table.toString();
  }

  private static String cell(Quality quality, String model, String setting) {
    double change = quality.mean(model, setting, "crossEntropyChange");
    if (Double.isNaN(change)) {
      return MarkdownTable.NOTHING;
    }
    List<String> bleu =
        quality.corpora().stream()
            .map(each -> MarkdownTable.number(quality.value(model, setting, each, "bleu"), 1))
            .toList();
    return String.join(" / ", bleu) + "; " + MarkdownTable.signed(change, 3);
  }

  private static String differences(Quality quality) {
    List<String> heading = new ArrayList<>(List.of("cut, mode, k"));
    heading.addAll(quality.corpora());
    MarkdownTable table = new MarkdownTable(heading);
    for (String model : List.of("k-means", "before")) {
      for (String setting : List.of("token-1-8", "token-2-8", "token-4-8", "static-4-8")) {
        String name = model.equals("before") ? "co-activation-cosine" : model;
        List<String> row = new ArrayList<>(List.of(name + ", " + Settings.describe(setting)));
        for (String corpus : quality.corpora()) {
          JsonNode found = quality.difference(model, setting, corpus);
          row.add(found.isMissingNode() ? MarkdownTable.NOTHING : interval(found));
        }
        table.row(row);
      }
    }
    return table.toString();
  }

  private static String interval(JsonNode difference) {
    return "%s (%s to %s)"
        .formatted(
            MarkdownTable.signed(difference.path("value").asDouble(), 2),
            MarkdownTable.signed(difference.path("low").asDouble(), 2),
            MarkdownTable.signed(difference.path("high").asDouble(), 2));
  }

  @Override
  public void plot(ResultFiles files, Path folder) throws IOException {
    Quality quality = new Quality(files);
    LinePlot plot =
        new LinePlot("BLEU by cut, router and mode, before finetuning", "experts, k/N", "BLEU");
    List<Double> shares = List.of(1 / 8.0, 1 / 4.0, 1 / 2.0);
    for (Line line : LINES) {
      List<Double> bleu =
          shares.stream()
              .map(
                  share ->
                      quality.mean(
                          line.model(), line.mode() + "-" + Math.round(8 * share) + "-8", "bleu"))
              .toList();
      plot.line(line.name(), shares, bleu, line.model().equals("oracle"));
    }
    plot.write(folder.resolve("ablation.png"));
  }
}
