package io.sluice.cli;

import io.sluice.cli.SparsityReport.Row;
import io.sluice.cli.SparsityReport.Run;
import io.sluice.moe.statistics.Concentration;
import io.sluice.moe.statistics.LayerSummary;
import io.sluice.moe.statistics.LayerSummary.BelowThreshold;
import io.sluice.moe.statistics.UnionPoint;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** A sparsity report for people, in per cent. */
final class SparsityTable {
  private SparsityTable() {}

  static String of(SparsityReport report) {
    List<Row> rows = report.rows();
    return String.join(
        "\n",
        inactive(rows),
        carrying(rows),
        small(rows),
        "Neurons that at least one of B tokens activates, %: tokens that come together\n"
            + union(rows, UnionPoint::real),
        "The same: tokens drawn at random, mean over all draws\n"
            + union(rows, UnionPoint::random));
  }

  private static String inactive(List<Row> rows) {
    return "Inactive neurons, % of the layer's; the start token is counted apart; 'original' is the\n"
        + "claim of the work that this verifies\n"
        + table(
            rows,
            List.of(
                "mean",
                "p10",
                "p50",
                "p90",
                "start",
                "original",
                "dead",
                "always on",
                "F",
                "tokens"),
            row -> {
              LayerSummary summary = row.layer().summary();
              return List.of(
                  percent(summary.inactive().mean()),
                  percent(summary.inactive().p10()),
                  percent(summary.inactive().p50()),
                  percent(summary.inactive().p90()),
                  percent(row.layer().startTokenInactive()),
                  row.run().claim(),
                  Integer.toString(summary.dead()),
                  Integer.toString(summary.alwaysOn()),
                  Integer.toString(summary.neurons()),
                  Long.toString(summary.tokens()));
            });
  }

  private static String carrying(List<Row> rows) {
    return """
        Neurons that carry 80 / 95 % of the activation (mass) and of activation times ‖w2‖
        (contribution), % of the layer's: one order for all tokens; each token its own
        """
        + table(
            rows,
            List.of("mass", "contribution", "token's mass", "token's contribution"),
            row -> {
              LayerSummary summary = row.layer().summary();
              return List.of(
                  pair(summary.mass()),
                  pair(summary.contribution()),
                  pair(summary.massOfToken()),
                  pair(summary.contributionOfToken()));
            });
  }

  private static String small(List<Row> rows) {
    return "Activations of at most a share of the token's largest, %\n"
        + table(
            rows,
            below(rows.get(0))
                .map(
                    each ->
                        "≤ " + new BigDecimal(Double.toString(each.threshold())).toPlainString()),
            row -> below(row).map(each -> percent(each.share())));
  }

  private static String union(List<Row> rows, Function<UnionPoint, Double> share) {
    return table(
        rows,
        union(rows.get(0)).map(point -> "B=" + point.batch()),
        row -> union(row).map(point -> percent(share.apply(point))));
  }

  private static Cells<BelowThreshold> below(Row row) {
    return new Cells<>(row.layer().summary().nearlyInactive());
  }

  private static Cells<UnionPoint> union(Row row) {
    return new Cells<>(row.layer().summary().union());
  }

  private record Cells<T>(List<T> values) {
    List<String> map(Function<T, String> text) {
      return values.stream().map(text).toList();
    }
  }

  private static String table(
      List<Row> rows, List<String> names, Function<Row, List<String>> cells) {
    TextTable table = new TextTable();
    table.row(join("layer", names));
    for (Row row : rows) {
      String input = row.run() == Run.ENCODER ? "" : " " + row.run().input();
      table.row(join(row.run().half() + " " + row.layer().index() + input, cells.apply(row)));
    }
    return table.toString();
  }

  private static List<String> join(String first, List<String> others) {
    List<String> all = new ArrayList<>(List.of(first));
    all.addAll(others);
    return all;
  }

  private static String pair(Concentration concentration) {
    return percent(concentration.carrying80()) + " / " + percent(concentration.carrying95());
  }

  private static String percent(double share) {
    return Double.isNaN(share) ? "–" : String.format(Locale.ROOT, "%.1f", 100 * share);
  }
}
