package io.sluice.moefy;

import java.util.List;

/**
 * How well routers choose, on text that nothing was fitted to. Shares are from 0 to 1, means over
 * tokens; the start token of the decoder is left out.
 *
 * @param fittedSentences sentences that means and routers without training were fitted to
 * @param measuredSentences other sentences, on which the rest was measured
 * @param layers the encoder's, then the decoder's
 */
public record RouterReport(int fittedSentences, int measuredSentences, List<Layer> layers) {

  public RouterReport {
    layers = List.copyOf(layers);
  }

  /**
   * A feed-forward layer.
   *
   * @param half encoder or decoder
   * @param index counted from 0 in its half
   * @param experts N
   * @param neurons F
   * @param tokens tokens measured
   */
  public record Layer(
      String half, int index, int experts, int neurons, long tokens, List<Row> routers) {

    public Layer {
      routers = List.copyOf(routers);
    }
  }

  /**
   * A router in a layer.
   *
   * @param points by number of experts, ascending
   */
  public record Row(String router, List<Point> points) {

    public Row {
      points = List.copyOf(points);
    }
  }

  /**
   * A router in a layer with k experts.
   *
   * @param k experts that run
   * @param capturedMass share of the activations in the chosen experts
   * @param capturedContribution share of the contributions: lengths of what experts add less their
   *     mean over all tokens
   * @param recallOfMass share of the best experts by mass that are chosen
   * @param recallOfContribution share of the best experts by contribution that are chosen
   * @param errorWithMeans distance to the full output, as a share of the length of the full output
   *     without bias, when for each skipped expert its mean, given that this router skips it at
   *     this k, is added
   * @param errorWithoutMeans the same when nothing is added
   */
  public record Point(
      int k,
      double capturedMass,
      double capturedContribution,
      double recallOfMass,
      double recallOfContribution,
      double errorWithMeans,
      double errorWithoutMeans) {}
}
