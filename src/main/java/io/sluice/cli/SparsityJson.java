package io.sluice.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.cli.SparsityReport.Row;
import io.sluice.moe.statistics.Concentration;
import io.sluice.moe.statistics.LayerSummary;

/** A sparsity report for programs: shares from 0 to 1, six digits; not measured: null. */
final class SparsityJson {
  private SparsityJson() {}

  static ObjectNode of(SparsityReport report) {
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("sentences", report.sentences());
    json.put("skippedLines", report.skipped());
    json.put("teacher", report.teacher().toString());
    ArrayNode layers = json.putArray("layers");
    report.rows().forEach(row -> write(row, layers.addObject()));
    return json;
  }

  private static void write(Row row, ObjectNode json) {
    LayerSummary summary = row.layer().summary();
    json.put("half", row.run().half());
    json.put("run", row.run().input());
    json.put("layer", row.layer().index());
    json.put("tokens", summary.tokens());
    json.put("neurons", summary.neurons());
    ObjectNode inactive = json.putObject("inactive");
    put(inactive, "mean", summary.inactive().mean());
    put(inactive, "p10", summary.inactive().p10());
    put(inactive, "p50", summary.inactive().p50());
    put(inactive, "p90", summary.inactive().p90());
    put(inactive, "startToken", row.layer().startTokenInactive());
    inactive.put("originalPercent", row.run().claim());
    json.put("dead", summary.dead());
    json.put("alwaysOn", summary.alwaysOn());
    ObjectNode carrying = json.putObject("carrying");
    write(summary.mass(), carrying.putObject("mass"));
    write(summary.contribution(), carrying.putObject("contribution"));
    write(summary.massOfToken(), carrying.putObject("massOfToken"));
    write(summary.contributionOfToken(), carrying.putObject("contributionOfToken"));
    ArrayNode below = json.putArray("nearlyInactive");
    summary
        .nearlyInactive()
        .forEach(
            each -> {
              ObjectNode point = below.addObject().put("threshold", each.threshold());
              put(point, "share", each.share());
            });
    ArrayNode union = json.putArray("union");
    summary
        .union()
        .forEach(
            each -> {
              ObjectNode point = union.addObject().put("batch", each.batch());
              put(point, "random", each.random());
              put(point, "real", each.real());
              point.put("realBatches", each.realBatches());
            });
  }

  private static void write(Concentration concentration, ObjectNode json) {
    put(json, "80", concentration.carrying80());
    put(json, "95", concentration.carrying95());
  }

  private static void put(ObjectNode json, String name, double share) {
    if (Double.isNaN(share)) {
      json.putNull(name);
    } else {
      json.put(name, Math.round(share * 1e6) / 1e6);
    }
  }
}
