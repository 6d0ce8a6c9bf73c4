package io.sluice.cost;

import io.sluice.checkpoint.ExpertsConfig;
import io.sluice.checkpoint.TransformerConfig;
import io.sluice.domain.Routing;
import io.sluice.domain.RoutingMode;
import io.sluice.nn.StageClock.Half;
import io.sluice.nn.StageClock.Stage;
import java.util.List;

/**
 * Multiply-adds that the parts of a model need, counted from its sizes: matrix products, attention
 * scores and weighted sums. What is linear in the width (layer norm, soft-max) is not counted, nor
 * is what an implementation computes in vain, such as rows that fill up a product. Immutable.
 *
 * @param config sizes of the model
 * @param experts how it is cut
 * @param words that a row chooses among, in the mean over rows: V, or fewer with a shortlist
 */
public record Arithmetic(TransformerConfig config, ExpertsConfig experts, double words) {

  /**
   * Multiply-adds of one part for a batch; 0 for parts that are not made of products.
   *
   * @param routing experts of each layer
   */
  public double multiplyAdds(Half half, Stage stage, BatchShape batch, Routing routing) {
    return half == Half.ENCODER ? encoder(stage, batch, routing) : decoder(stage, batch, routing);
  }

  private double encoder(Stage stage, BatchShape batch, Routing routing) {
    double tokens = batch.sourceTokens();
    double d = config.width();
    int layers = config.encoderLayers();
    return switch (stage) {
      case SELF_ATTENTION -> layers * (4 * tokens * d * d + 2 * d * squares(batch.sources()));
      case CROSS_ATTENTION -> config.decoderLayers() * 2 * tokens * d * d;
      case ROUTER ->
          routers(routing.mode(), routing.encoderExpertsPerLayer(), experts.encoder()) * tokens;
      case FEED_FORWARD ->
          tokens
              * 2
              * d
              * config.encoderHidden()
              * layers
              * share(routing.encoderExpertsPerLayer(), routing.encoderExpertsTotal());
      case OUTPUT_PROJECTION, SEARCH, OVERHEAD -> 0;
    };
  }

  private double decoder(Stage stage, BatchShape batch, Routing routing) {
    double asked = batch.targetTokens(); // rows over the steps that ask for a word
    double fed = asked + batch.rows();
    double d = config.width();
    int layers = config.decoderLayers();
    double seen = 0; // keys over all rows and steps
    double sources = 0;
    for (int row = 0; row < batch.rows(); row++) {
      double steps = batch.outputs()[row] + 1;
      seen += steps * (steps + 1) / 2;
      sources += steps * batch.sources()[row];
    }
    return switch (stage) {
      case SELF_ATTENTION -> layers * (4 * fed * d * d + 2 * d * seen);
      case CROSS_ATTENTION -> layers * (2 * fed * d * d + 2 * d * sources);
      case ROUTER -> routers(routing.mode(), routing.expertsPerLayer(), experts.decoder()) * fed;
      case FEED_FORWARD ->
          fed
              * 2
              * d
              * config.decoderHidden()
              * layers
              * share(routing.expertsPerLayer(), routing.expertsTotal());
      case OUTPUT_PROJECTION -> asked * d * words;
      case SEARCH, OVERHEAD -> 0;
    };
  }

  /** Of one token, in the layers that leave experts out. */
  private double routers(RoutingMode mode, List<Integer> perLayer, int total) {
    if (mode != RoutingMode.TOKEN && mode != RoutingMode.BATCH) {
      return 0;
    }
    long routed = perLayer.stream().filter(k -> k < total).count();
    return (double) routed * experts.gateWidth() * (config.width() + total);
  }

  private static double share(List<Integer> perLayer, int total) {
    return perLayer.stream().mapToInt(Integer::intValue).average().orElse(total) / total;
  }

  private static double squares(int[] lengths) {
    double sum = 0;
    for (int length : lengths) {
      sum += (double) length * length;
    }
    return sum;
  }
}
