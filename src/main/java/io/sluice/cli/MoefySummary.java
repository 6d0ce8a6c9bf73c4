package io.sluice.cli;

import io.sluice.moefy.FitReport;
import io.sluice.moefy.FitReport.Layer;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What {@code model moefy} says at its end. */
final class MoefySummary {
  private MoefySummary() {}

  /** A table: for each layer what a quarter and a half of the experts hold, in percent. */
  static String of(FitReport report) {
    TextTable table = new TextTable();
    table.row(
        List.of(
            "layer",
            "experts",
            "router/oracle mass 1/4",
            "1/2",
            "contribution: router 1/4",
            "1/2",
            "oracle 1/2",
            "plan 1/2",
            "best plan 1/2",
            "static 1/2"));
    report.layers().forEach((name, layer) -> table.row(cells(name, layer)));
    return "Shares in percent, on text held out; report.json has all.\n" + table;
  }

  private static List<String> cells(String name, Layer layer) {
    int quarter = Math.max(1, layer.experts() / 4);
    int half = Math.max(1, layer.experts() / 2);
    Map<Integer, Double> mass = layer.router().mass();
    Map<Integer, Double> most = layer.router().oracleMass();
    return List.of(
        name,
        Integer.toString(layer.experts()),
        percent(mass.get(quarter) / most.get(quarter)),
        percent(mass.get(half) / most.get(half)),
        percent(layer.router().contribution().get(quarter)),
        percent(layer.router().contribution().get(half)),
        percent(layer.router().oracleContribution().get(half)),
        layer.plans() == null ? "" : percent(layer.plans().chosen().get(half)),
        layer.plans() == null ? "" : percent(layer.plans().best().get(half)),
        percent(layer.router().staticContribution().get(half)));
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f", 100 * share);
  }
}
