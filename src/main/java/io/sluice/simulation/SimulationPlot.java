package io.sluice.simulation;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToDoubleFunction;
import javax.imageio.ImageIO;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** A run over time, four panels: arrivals and results, lag, level and loss, p99. */
public final class SimulationPlot {
  private static final int WIDTH = 900;
  private static final int HEIGHT = 260;
  private static final Color[] COLOURS = {new Color(0x0072B2), new Color(0xE69F00)};

  private SimulationPlot() {}

  /**
   * Draws into a PNG file.
   *
   * @throws IOException if it cannot be written
   */
  public static void write(List<Second> seconds, String title, Path file) throws IOException {
    System.setProperty("java.awt.headless", "true");
    List<XYChart> panels =
        List.of(
            add(
                add(panel(title, "records/s"), "arrivals", seconds, Second::arrivals, COLOURS[0]),
                "results",
                seconds,
                Second::results,
                COLOURS[1]),
            add(panel("", "waiting records"), "waiting", seconds, Second::waiting, COLOURS[0]),
            add(
                add(panel("", "level; BLEU points"), "level", seconds, Second::level, COLOURS[0]),
                "loss",
                seconds,
                Second::loss,
                COLOURS[1]),
            add(panel("", "p99, ms"), "p99", seconds, Second::p99Millis, COLOURS[0]));
    BufferedImage image =
        new BufferedImage(WIDTH, HEIGHT * panels.size(), BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    try {
      for (XYChart each : panels) {
        each.paint(graphics, WIDTH, HEIGHT);
        graphics.translate(0, HEIGHT);
      }
    } finally {
      graphics.dispose();
    }
    if (!ImageIO.write(image, "png", file.toFile())) {
      throw new IOException("this Java cannot write PNG");
    }
  }

  private static XYChart panel(String title, String axis) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle("seconds")
            .yAxisTitle(axis)
            .build();
    chart.getStyler().setLegendPosition(LegendPosition.InsideNE);
    chart.getStyler().setYAxisMin(0.0);
    return chart;
  }

  private static XYChart add(
      XYChart chart,
      String name,
      List<Second> seconds,
      ToDoubleFunction<Second> value,
      Color colour) {
    double[] x = seconds.stream().mapToDouble(Second::second).toArray();
    double[] y = seconds.stream().mapToDouble(value).toArray();
    XYSeries series = chart.addSeries(name, x, y);
    series.setLineColor(colour);
    series.setMarker(SeriesMarkers.NONE);
    return chart;
  }
}
