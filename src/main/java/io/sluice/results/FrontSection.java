package io.sluice.results;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/** Quality against time: which settings are worth having. */
final class FrontSection implements Section {
  private static final List<String> SETTINGS =
      List.of(
          "dense-8-8",
          "token-1-8",
          "token-2-8",
          "token-4-8",
          "sentence-1-8",
          "sentence-2-8",
          "sentence-4-8",
          "static-1-8",
          "static-2-8",
          "static-4-8",
          "token-4-4",
          "sentence-4-4",
          "sentence-2-2");

  /**
   * A setting that was measured.
   *
   * @param gain times faster than all experts
   * @param kept BLEU kept, percent, mean of the test sets
   */
  record Point(String setting, double gain, double kept) {

    /** Another setting is at least as fast and as good, and better in one. */
    boolean dominatedBy(Point other) {
      return other.gain >= gain && other.kept >= kept && (other.gain > gain || other.kept > kept);
    }
  }

  static List<Point> points(ResultFiles files) {
    Quality quality = new Quality(files);
    Speed speed = new Speed(files, "after");
    return SETTINGS.stream()
        .map(each -> new Point(each, speed.gain(each), quality.meanKept("after", each)))
        .filter(each -> !Double.isNaN(each.gain) && !Double.isNaN(each.kept))
        .sorted(Comparator.comparingDouble(Point::gain))
        .toList();
  }

  @Override
  public String markdown(ResultFiles files, String plots) {
    List<Point> points = points(files);
    MarkdownTable table = new MarkdownTable(List.of("experts", "times faster", "BLEU kept", ""));
    for (Point point : points) {
      String better =
          points.stream()
              .filter(point::dominatedBy)
              .max(Comparator.comparingDouble(Point::kept))
              .map(each -> "dominated by " + Settings.describe(each.setting))
              .orElse("on the front");
      table.row(
          List.of(
              Settings.describe(point.setting),
              MarkdownTable.number(point.gain, 2),
              MarkdownTable.number(point.kept, 1) + " %",
              better));
    }
    return """
        ## Quality at equal time

        Times of the section above, BLEU as the mean share kept over the test sets. A setting is \
        dominated if another one is as fast and as good, and better in one of the two.

        """
        + table
        + "![quality against speed](%s/front.png)\n\n".formatted(plots);
  }

  @Override
  public void plot(ResultFiles files, Path folder) throws IOException {
    List<Point> points = points(files);
    LinePlot plot = new LinePlot("Quality at equal time", "times faster", "BLEU kept, %");
    for (String mode : List.of("token", "sentence", "static")) {
      List<Point> own =
          points.stream()
              .filter(
                  each ->
                      each.setting.equals("dense-8-8")
                          || (each.setting.startsWith(mode) && each.setting.endsWith("-8")))
              .toList();
      plot.line(mode, gains(own), kept(own), false);
    }
    List<Point> both = points.stream().filter(each -> !each.setting.endsWith("-8")).toList();
    plot.line("both halves", gains(both), kept(both), false);
    List<Point> front =
        points.stream().filter(each -> points.stream().noneMatch(each::dominatedBy)).toList();
    plot.line("front", gains(front), kept(front), true);
    plot.write(folder.resolve("front.png"));
  }

  private static List<Double> gains(List<Point> points) {
    return points.stream().map(Point::gain).toList();
  }

  private static List<Double> kept(List<Point> points) {
    return points.stream().map(Point::kept).toList();
  }
}
