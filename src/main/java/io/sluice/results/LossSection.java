package io.sluice.results;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** How well the expected loss of degraded texts predicts what they lose. */
final class LossSection implements Section {
  /** The experiment: {@code expected-loss.json} of the bundle. */
  static final String NAME = "expected-loss";

  @Override
  public String markdown(ResultFiles files, String plots) {
    JsonNode file = files.read(NAME);
    JsonNode reliability = file.path("reliability");
    MarkdownTable levels =
        new MarkdownTable(
            List.of(
                "level: decoder, encoder, routing",
                "predicted",
                "measured",
                "bound of 90 %",
                "within it, %"));
    for (int i = 0; i < reliability.path("levels").size(); i++) {
      JsonNode level = file.path("levels").path(i);
      JsonNode row = reliability.path("levels").path(i);
      String name =
          "%s, %s, %s"
              .formatted(level.path("decoder"), level.path("encoder"), text(level, "routing"));
      List<String> cells = cells(name, row);
      cells.add(MarkdownTable.number(row.path("bound").asDouble(), 4));
      cells.add(MarkdownTable.percent(row.path("withinBound").asDouble()));
      levels.row(cells);
    }
    MarkdownTable groups = new MarkdownTable(List.of("text", "predicted", "measured"));
    reliability.path("groups").forEach(row -> groups.row(cells(text(row, "group"), row)));
    MarkdownTable bins = new MarkdownTable(List.of("tenth", "predicted", "measured"));
    for (int i = 0; i < reliability.path("bins").size(); i++) {
      bins.row(cells(Integer.toString(i + 1), reliability.path("bins").path(i)));
    }
    return """
        ## Expected loss

        `quality.expectedLoss` of a degraded result predicts its chrF distance (0 to 1) from the \
        text of all experts: the probability that it differs times how far it then is, by level, \
        length and what the routers left out. Fitted to %s sentences of the validation halves, \
        both directions, for each level of the ladder; judged on as many of the test halves, \
        mean against mean. Made by `./sluice model expected-loss`.

        """
            .formatted(file.path("fittedSentences").asText(MarkdownTable.NOTHING))
        + levels
        + "By text, over all levels:\n\n"
        + groups
        + "By prediction, in tenths of all texts of all levels:\n\n"
        + bins;
  }

  private static List<String> cells(String name, JsonNode row) {
    return new ArrayList<>(
        List.of(
            name,
            MarkdownTable.number(row.path("predicted").asDouble(), 4),
            MarkdownTable.number(row.path("measured").asDouble(), 4)));
  }

  private static String text(JsonNode node, String field) {
    return node.path(field).asText();
  }
}
