package io.sluice.results;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** BLEU against sentences a second, of every way to serve: experts, beam, shortlist, precision. */
final class ServingSection implements Section {

  /**
   * A way to serve that was measured.
   *
   * @param engine beam, precision and vocabulary, for people
   * @param experts name of the setting of experts
   */
  record Point(String engine, String experts, double speed, double bleu) {

    /** Another one is at least as fast and as good, and better in one. */
    boolean dominatedBy(Point other) {
      return other.speed >= speed
          && other.bleu >= bleu
          && (other.speed > speed || other.bleu > bleu);
    }

    String describe() {
      return engine + "; " + Settings.describe(experts);
    }
  }

  /** All that were measured, slowest first. */
  static List<Point> points(ResultFiles files) {
    List<Point> points = new ArrayList<>();
    for (JsonNode row : files.read("serving").path("rows")) {
      points.add(
          new Point(
              row.path("engine").asText(),
              row.path("setting").asText(),
              row.path("sentencesPerSecond").asDouble(),
              row.path("bleu").asDouble()));
    }
    points.sort(Comparator.comparingDouble(Point::speed));
    return points;
  }

  /** Those that no other one dominates, slowest first. */
  static List<Point> front(List<Point> points) {
    return points.stream().filter(each -> points.stream().noneMatch(each::dominatedBy)).toList();
  }

  @Override
  public String markdown(ResultFiles files, String plots) {
    List<Point> points = points(files);
    MarkdownTable table = new MarkdownTable(List.of("setting", "sentences/s", "BLEU", ""));
    for (Point point : points) {
      table.row(
          List.of(
              point.describe(),
              MarkdownTable.number(point.speed, 1),
              MarkdownTable.number(point.bleu, 2),
              points.stream()
                  .filter(point::dominatedBy)
                  .max(Comparator.comparingDouble(Point::bleu))
                  .map(each -> "dominated by " + each.describe())
                  .orElse("on the front")));
    }
    return """
    ## Ways to serve

    Whole translations of the Multi30k test set, sorted by length, batches of %s, one thread; \
    medians of %s rounds in which all settings take turns, block by block. A setting is \
    dominated if another one is as fast and as good, and better in one of the two.

    """
            .formatted(
                files.read("serving").path("batch").asText(MarkdownTable.NOTHING),
                files.read("serving").path("rounds").asText(MarkdownTable.NOTHING))
        + table
        + "![BLEU against sentences a second](%s/serving.png)\n\n".formatted(plots);
  }

  @Override
  public void plot(ResultFiles files, Path folder) throws IOException {
    List<Point> points = points(files);
    LinePlot plot = new LinePlot("BLEU against speed", "sentences/s", "BLEU");
    Set<String> engines = new LinkedHashSet<>();
    points.forEach(point -> engines.add(point.engine));
    for (String engine : engines) {
      add(plot, engine, points.stream().filter(each -> each.engine.equals(engine)).toList(), false);
    }
    add(plot, "front", front(points), true);
    plot.write(folder.resolve("serving.png"));
  }

  private static void add(LinePlot plot, String name, List<Point> points, boolean dashed) {
    plot.line(
        name,
        points.stream().map(Point::speed).toList(),
        points.stream().map(Point::bleu).toList(),
        dashed);
  }
}
