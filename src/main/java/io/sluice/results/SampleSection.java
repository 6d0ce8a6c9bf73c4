package io.sluice.results;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** The original's table of ten sentences. */
final class SampleSection implements Section {
  @Override
  public String markdown(ResultFiles files, String plots) {
    JsonNode settings = files.read("ten-sentences").path("settings");
    List<String> heading = new ArrayList<>(List.of("line of the test set"));
    for (JsonNode each : settings) {
      String name = Settings.describe(each.path("setting").asText());
      heading.addAll(List.of(name + ": ms", "BLEU"));
    }
    MarkdownTable table = new MarkdownTable(heading);
    JsonNode first = settings.path(0).path("sentences");
    for (int i = 0; i < first.size(); i++) {
      List<String> row = new ArrayList<>(List.of(first.path(i).path("line").asText()));
      for (JsonNode each : settings) {
        JsonNode sentence = each.path("sentences").path(i);
        row.add(MarkdownTable.number(1000 * sentence.path("seconds").asDouble(), 1));
        row.add(MarkdownTable.number(sentence.path("bleu").asDouble(), 1));
      }
      table.row(row);
    }
    table.row(totals(settings));
    return """
        ## Ten sentences (n = 10)

        The original compares ten sentences. They prove nothing: the interval of BLEU on ten \
        sentences is wider than any difference here. Ten sentences of Multi30k at equal distances, \
        one by one, after finetuning; made by `./sluice model report`. The original: half of the experts are 20 % faster and lose \
        10 % of BLEU.

        """
        + table;
  }

  private static List<String> totals(JsonNode settings) {
    List<String> row = new ArrayList<>(List.of("all (n = 10)"));
    for (JsonNode each : settings) {
      double seconds = 0;
      for (JsonNode sentence : each.path("sentences")) {
        seconds += sentence.path("seconds").asDouble();
      }
      row.add(MarkdownTable.number(1000 * seconds, 1));
      row.add(MarkdownTable.number(each.path("bleu").asDouble(Double.NaN), 1));
    }
    return row;
  }
}
