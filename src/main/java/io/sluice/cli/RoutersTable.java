package io.sluice.cli;

import io.sluice.moefy.RouterReport;
import io.sluice.moefy.RouterReport.Layer;
import io.sluice.moefy.RouterReport.Point;
import io.sluice.moefy.RouterReport.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** A comparison of routers for people: means over the layers of each half, in per cent. */
final class RoutersTable {
  private RoutersTable() {}

  static String of(RouterReport report) {
    return String.join(
        "\n",
        "Captured mass, % of the sum of activations\n" + table(report, Point::capturedMass),
        "Captured contribution, % of the sum of lengths of what experts add less their mean\n"
            + table(report, Point::capturedContribution),
        "Recall of the best experts by mass, %\n" + table(report, Point::recallOfMass),
        "Recall of the best experts by contribution, %\n"
            + table(report, Point::recallOfContribution),
        "Error of the output with means for skipped experts, % of the output\n"
            + table(report, Point::errorWithMeans),
        "Error of the output without them, % of the output\n"
            + table(report, Point::errorWithoutMeans));
  }

  private static String table(RouterReport report, ToDoubleFunction<Point> value) {
    StringBuilder tables = new StringBuilder();
    for (String half : report.layers().stream().map(Layer::half).distinct().toList()) {
      List<Layer> layers = report.layers().stream().filter(l -> l.half().equals(half)).toList();
      TextTable table = new TextTable();
      List<String> heading = new ArrayList<>(List.of(half));
      Layer first = layers.get(0);
      first
          .routers()
          .get(0)
          .points()
          .forEach(point -> heading.add(point.k() + "/" + first.experts()));
      table.row(heading);
      for (int router = 0; router < first.routers().size(); router++) {
        table.row(cells(layers, router, value));
      }
      tables.append(table);
    }
    return tables.toString();
  }

  private static List<String> cells(List<Layer> layers, int router, ToDoubleFunction<Point> value) {
    Row first = layers.get(0).routers().get(router);
    List<String> cells = new ArrayList<>(List.of("  " + first.router()));
    for (int at = 0; at < first.points().size(); at++) {
      int point = at;
      double mean =
          layers.stream()
              .mapToDouble(
                  layer -> value.applyAsDouble(layer.routers().get(router).points().get(point)))
              .average()
              .orElse(Double.NaN);
      cells.add(String.format(Locale.ROOT, "%.1f", 100 * mean));
    }
    return cells;
  }
}
