package io.sluice.results;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Speed by number of experts, with Amdahl's bound. */
final class SpeedSection implements Section {
  private static final List<String> MODES = List.of("token", "sentence", "static");
  private static final List<String> BY_NUMBER = List.of("token-2-8", "token-4-8", "static-4-8");

  @Override
  public String markdown(ResultFiles files, String plots) {
    Speed speed = new Speed(files, "after");
    JsonNode setup = files.read("setup");
    return """
        ## Speed

        Whole translations of the Multi30k test set, tokenising and encoding included, float32, \
        greedy, %s sentences a batch, %s batches side by side, on %s. Seconds are the median of %s \
        rounds in which the settings take turns. Made by `./sluice model report`; one setting alone: \
        `./sluice model eval`.

        The bound: in this measurement a static eighth of the decoder's experts, which needs no \
        router, takes so much less time that %s %% of the whole time must go with the number of \
        decoder experts; Amdahl's bound for k experts follows from that share alone. It is \
        measured, so it carries the noise of the times.

        The original: half of the experts are 20 %% faster (1.2×).

        """
            .formatted(
                setup.path("batch").asText(),
                setup.path("threads").asText(),
                setup.path("cpu").asText(),
                files.read("speed-after").path("rounds").asText(),
                MarkdownTable.percent(speed.feedForwardShare()))
        + byK(files, speed)
        + """
        By N, bundles cut at random (their quality means nothing), decoder only: times faster than \
        all experts of the same bundle.

        """
        + byN(files)
        + "![speed by number of experts](%s/speed.png)\n\n".formatted(plots);
  }

  private static String byK(ResultFiles files, Speed speed) {
    MarkdownTable table =
        new MarkdownTable(List.of("experts", "seconds", "least", "most", "times faster", "bound"));
    for (JsonNode row : files.read("speed-after").path("rows")) {
      String setting = row.path("setting").asText();
      String[] parts = setting.split("-", -1);
      boolean bounded = parts[2].equals("8");
      table.row(
          List.of(
              Settings.describe(setting),
              MarkdownTable.number(row.path("seconds").asDouble(), 2),
              MarkdownTable.number(row.path("least").asDouble(), 2),
              MarkdownTable.number(row.path("most").asDouble(), 2),
              MarkdownTable.number(speed.gain(setting), 2),
              bounded
                  ? MarkdownTable.number(speed.ceiling(Integer.parseInt(parts[1]) / 8.0), 2)
                  : MarkdownTable.NOTHING));
    }
    return table.toString();
  }

  private static String byN(ResultFiles files) {
    List<String> heading = new ArrayList<>(List.of("N"));
    BY_NUMBER.forEach(setting -> heading.add(Settings.describe(setting)));
    MarkdownTable table = new MarkdownTable(heading);
    String experts =
        files
            .read("quality-after-token-4-8")
            .path("rows")
            .path(0)
            .path("expertsTotal")
            .asText(MarkdownTable.NOTHING);
    for (String model : List.of("n8", "n16", "after", "n64")) {
      Speed speed = new Speed(files, model);
      String name = model.equals("after") ? experts + " (the finetuned model)" : model.substring(1);
      List<String> row = new ArrayList<>(List.of(name));
      BY_NUMBER.forEach(setting -> row.add(MarkdownTable.number(speed.gain(setting), 2)));
      table.row(row);
    }
    return table.toString();
  }

  @Override
  public void plot(ResultFiles files, Path folder) throws IOException {
    Speed speed = new Speed(files, "after");
    LinePlot plot =
        new LinePlot("Speed by number of decoder experts", "experts, k/N", "times faster");
    List<Double> shares = List.of(1 / 8.0, 1 / 4.0, 1 / 2.0, 1.0);
    for (String mode : MODES) {
      List<Double> gains = new ArrayList<>();
      for (double share : shares) {
        gains.add(share == 1 ? 1 : speed.gain(mode + "-" + Math.round(8 * share) + "-8"));
      }
      plot.line(mode, shares, gains, false);
    }
    plot.line("Amdahl's bound", shares, shares.stream().map(speed::ceiling).toList(), true);
    plot.line("original", List.of(0.5, 1.0), List.of(1.2, 1.0), true);
    plot.write(folder.resolve("speed.png"));
  }
}
