package io.sluice.cli;

import io.sluice.cli.SparsityReport.Layer;
import io.sluice.model.ActivationListener;
import io.sluice.moe.statistics.LayerStatistics;
import java.util.ArrayList;
import java.util.List;

/** Adds up what the feed-forward layers of one half of a model do. Not thread-safe. */
final class ActivationCollector {
  private final List<LayerStatistics> tokens;
  private final List<LayerStatistics> startTokens;

  /**
   * @param outputLengths for each layer, shape (F)
   */
  ActivationCollector(List<float[]> outputLengths) {
    this.tokens = outputLengths.stream().map(LayerStatistics::new).toList();
    this.startTokens = outputLengths.stream().map(LayerStatistics::new).toList();
  }

  /** Sees all tokens but the start token. */
  ActivationListener tokens() {
    return into(tokens);
  }

  /** Sees the start token. */
  ActivationListener startToken() {
    return into(startTokens);
  }

  private static ActivationListener into(List<LayerStatistics> layers) {
    return (layer, point, values, rows, width) -> {
      if (point == ActivationListener.Point.FEED_FORWARD_ACTIVATION) {
        layers.get(layer).add(values, rows);
      }
    };
  }

  List<Layer> layers() {
    List<Layer> layers = new ArrayList<>();
    for (int index = 0; index < tokens.size(); index++) {
      LayerStatistics start = startTokens.get(index);
      layers.add(
          new Layer(
              index,
              tokens.get(index).summary(),
              start.tokens() == 0 ? Double.NaN : start.summary().inactive().mean()));
    }
    return layers;
  }
}
