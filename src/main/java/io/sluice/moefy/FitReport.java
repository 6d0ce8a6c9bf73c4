package io.sluice.moefy;

import java.util.Map;

/**
 * What was fitted and how well, on text held out: report.json of a bundle.
 *
 * @param seed of everything random
 * @param tokens target tokens that were looked at
 * @param layers by name, such as {@code decoder.layers.0}
 */
public record FitReport(long seed, long tokens, Map<String, Layer> layers) {

  /**
   * One layer.
   *
   * @param experts N
   * @param epoch of the router
   * @param router what k experts of a token hold
   * @param plans what k experts of a sentence's plan hold; null without plans
   */
  public record Layer(int experts, int epoch, CapturedShares router, PlanShares plans) {}
}
