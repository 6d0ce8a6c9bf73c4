package io.sluice.cli;

import io.sluice.cli.SparsityReport.Layer;
import io.sluice.cli.SparsityReport.Run;
import io.sluice.moe.statistics.UnionPoint;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import javax.imageio.ImageIO;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Two panels side by side: inactive neurons by layer, active neurons by batch. */
final class SparsityPlot {
  private static final int WIDTH = 700;
  private static final int HEIGHT = 560;
  private static final float LINE = 2f;
  private static final float THIN = 1f;
  private static final Map<Run, Color> COLOURS =
      Map.of(
          Run.ENCODER, new Color(0x0072B2),
          Run.TEACHER_FORCED, new Color(0xE69F00),
          Run.FREE_RUNNING, new Color(0x009E73));

  private SparsityPlot() {}

  /**
   * Draws into a PNG file.
   *
   * @throws IOException if it cannot be written
   */
  static void write(SparsityReport report, String title, Path file) throws IOException {
    System.setProperty("java.awt.headless", "true");
    BufferedImage image = new BufferedImage(2 * WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    try {
      inactive(report, title).paint(graphics, WIDTH, HEIGHT);
      graphics.translate(WIDTH, 0);
      union(report).paint(graphics, WIDTH, HEIGHT);
    } finally {
      graphics.dispose();
    }
    if (!ImageIO.write(image, "png", file.toFile())) {
      throw new IOException("this Java cannot write PNG");
    }
  }

  private static XYChart inactive(SparsityReport report, String title) {
    XYChart chart = chart("Inactive neurons: " + title, "layer", "inactive, %");
    chart.getStyler().setLegendPosition(LegendPosition.InsideSE);
    double last = 1;
    for (Run run : Run.values()) {
      List<Double> x = new ArrayList<>();
      List<Double> y = new ArrayList<>();
      for (Layer layer : report.layers(run)) {
        x.add((double) layer.index());
        y.add(100 * layer.summary().inactive().mean());
      }
      last = Math.max(last, x.get(x.size() - 1));
      line(chart, run.half() + ", " + run.input(), x, y, COLOURS.get(run), LINE);
    }
    List<Double> ends = List.of(0.0, last);
    claim(chart, "original: encoder about 90, decoder up to 90", ends, 90);
    claim(chart, "original: decoder from 80", ends, 80);
    chart.getStyler().setYAxisMin(0.0).setYAxisMax(100.0);
    chart.getStyler().setXAxisMin(0.0).setXAxisMax(last);
    chart.getStyler().setXAxisMaxLabelCount((int) last + 1).setXAxisDecimalPattern("0");
    return chart;
  }

  private static void claim(XYChart chart, String name, List<Double> ends, double percent) {
    XYSeries series = line(chart, name, ends, List.of(percent, percent), Color.GRAY, THIN);
    series.setMarker(SeriesMarkers.NONE);
    series.setLineStyle(dashes(percent == 80 ? THIN : LINE));
  }

  private static XYChart union(SparsityReport report) {
    XYChart chart =
        chart(
            "Neurons that a batch keeps busy, mean of the layers",
            "tokens in the batch",
            "active, %");
    chart.getStyler().setLegendPosition(LegendPosition.InsideSE);
    for (Run run : Run.values()) {
      String name = run.half() + ", " + run.input();
      XYSeries real = curve(chart, name, report.layers(run), UnionPoint::real, run);
      real.setMarker(SeriesMarkers.CIRCLE);
      XYSeries random =
          curve(chart, name + ", random tokens", report.layers(run), UnionPoint::random, run);
      random.setMarker(SeriesMarkers.NONE).setLineStyle(dashes(LINE));
    }
    chart.getStyler().setYAxisMin(0.0).setYAxisMax(100.0);
    chart
        .getStyler()
        .setxAxisTickLabelsFormattingFunction(
            doublings -> String.format(Locale.ROOT, "%.0f", Math.pow(2, doublings)));
    chart.getStyler().setXAxisMaxLabelCount(9);
    return chart;
  }

  /** By doublings of the batch; sizes that were not measured are left out. */
  private static XYSeries curve(
      XYChart chart, String name, List<Layer> layers, ToDoubleFunction<UnionPoint> share, Run run) {
    List<Double> x = new ArrayList<>();
    List<Double> y = new ArrayList<>();
    int sizes = layers.get(0).summary().union().size();
    for (int size = 0; size < sizes; size++) {
      int index = size;
      double mean =
          layers.stream()
              .mapToDouble(layer -> share.applyAsDouble(layer.summary().union().get(index)))
              .average()
              .orElseThrow();
      if (!Double.isNaN(mean)) {
        x.add((double) size);
        y.add(100 * mean);
      }
    }
    return line(chart, name, x, y, COLOURS.get(run), LINE);
  }

  private static XYSeries line(
      XYChart chart, String name, List<Double> x, List<Double> y, Color colour, float width) {
    XYSeries series = chart.addSeries(name, x, y);
    series.setLineColor(colour).setLineWidth(width);
    series.setMarkerColor(colour).setMarker(SeriesMarkers.CIRCLE);
    return series;
  }

  private static BasicStroke dashes(float width) {
    return new BasicStroke(
        width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_BEVEL, 1f, new float[] {6f, 4f}, 0f);
  }

  private static XYChart chart(String title, String x, String y) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle(x)
            .yAxisTitle(y)
            .build();
    chart.getStyler().setChartBackgroundColor(Color.WHITE).setMarkerSize(7);
    return chart;
  }
}
