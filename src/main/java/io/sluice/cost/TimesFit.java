package io.sluice.cost;

import io.sluice.cost.MachineTimes.Entry;
import io.sluice.cost.TimeLine.Point;
import io.sluice.domain.RoutingMode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Fits lines to measured batches, of all batch sizes together. Pure functions. */
public final class TimesFit {
  private TimesFit() {}

  private record Key(RoutingMode mode, int experts) {}

  /** One line of encoding for each mode and number of encoder experts that was measured. */
  public static List<Entry> encoder(List<BatchRounds> measured) {
    Map<Key, List<Point>> points = new LinkedHashMap<>();
    for (BatchRounds each : measured) {
      Key key =
          key(
              each.routing().mode(),
              each.routing().encoderExpertsPerLayer(),
              each.routing().encoderExpertsTotal());
      List<Point> own = points.computeIfAbsent(key, unused -> new ArrayList<>());
      for (BatchTime batch : each.batches()) {
        own.add(new Point(1, batch.shape().sourceTokens(), batch.encodeMillis()));
      }
    }
    return lines(points);
  }

  /** One line of decoding for each mode and number of decoder experts that was measured. */
  public static List<Entry> decoder(List<BatchRounds> measured) {
    Map<Key, List<Point>> points = new LinkedHashMap<>();
    for (BatchRounds each : measured) {
      Key key =
          key(
              each.routing().mode(),
              each.routing().expertsPerLayer(),
              each.routing().expertsTotal());
      List<Point> own = points.computeIfAbsent(key, unused -> new ArrayList<>());
      for (BatchTime batch : each.batches()) {
        BatchShape shape = batch.shape();
        own.add(new Point(shape.steps(), shape.targetTokens(), batch.decodeMillis()));
      }
    }
    return lines(points);
  }

  private static Key key(RoutingMode mode, List<Integer> perLayer, int total) {
    int experts = perLayer.get(0);
    return new Key(experts == total ? RoutingMode.DENSE : mode, experts);
  }

  private static List<Entry> lines(Map<Key, List<Point>> points) {
    List<Entry> entries = new ArrayList<>();
    points.forEach((key, own) -> entries.add(new Entry(key.mode, key.experts, TimeLine.fit(own))));
    return entries;
  }
}
