package io.sluice.results;

import java.awt.BasicStroke;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Lines over one axis, as a PNG file. Not thread-safe. */
final class LinePlot {
  private static final BasicStroke SOLID = new BasicStroke(2);
  private static final BasicStroke DASHED =
      new BasicStroke(2, BasicStroke.CAP_BUTT, BasicStroke.JOIN_BEVEL, 1, new float[] {6, 4}, 0);

  private final XYChart chart;
  private boolean empty = true;

  LinePlot(String title, String x, String y) {
    System.setProperty("java.awt.headless", "true");
    chart =
        new XYChartBuilder()
            .width(900)
            .height(560)
            .title(title)
            .xAxisTitle(x)
            .yAxisTitle(y)
            .build();
    chart.getStyler().setChartBackgroundColor(Color.WHITE).setMarkerSize(7);
    chart.getStyler().setLegendPosition(LegendPosition.OutsideE);
  }

  /** Adds a line; points that are NaN are left out, and so is a line without points. */
  LinePlot line(String name, List<Double> x, List<Double> y, boolean dashed) {
    List<Double> xs = new ArrayList<>();
    List<Double> ys = new ArrayList<>();
    for (int i = 0; i < x.size(); i++) {
      if (!Double.isNaN(y.get(i))) {
        xs.add(x.get(i));
        ys.add(y.get(i));
      }
    }
    if (!xs.isEmpty()) {
      XYSeries series = chart.addSeries(name, xs, ys);
      series.setLineStyle(dashed ? DASHED : SOLID);
      series.setMarker(dashed ? SeriesMarkers.NONE : SeriesMarkers.CIRCLE);
      empty = false;
    }
    return this;
  }

  /** Writes the plot; nothing without a line. */
  void write(Path file) throws IOException {
    if (!empty) {
      BitmapEncoder.saveBitmap(chart, file.toString(), BitmapFormat.PNG);
    }
  }
}
