package io.sluice.pipeline;

import io.sluice.domain.Routing;
import java.util.Locale;

/**
 * How close a degraded text is to the one at full quality.
 *
 * @param routing which experts ran for the degraded text
 * @param agreement chrF of the degraded text against the full-quality text, 0 to 1
 */
public record ShadowMeasurement(Routing routing, double agreement) {
  /**
   * The share of the experts that ran, in tenths, over all layers: what measurements are grouped
   * by.
   */
  String experts() {
    double run = 0;
    for (int k : routing.expertsPerLayer()) {
      run += (double) k / routing.expertsTotal();
    }
    for (int k : routing.encoderExpertsPerLayer()) {
      run += (double) k / routing.encoderExpertsTotal();
    }
    int layers = routing.expertsPerLayer().size() + routing.encoderExpertsPerLayer().size();
    return String.format(Locale.ROOT, "%.1f", run / Math.max(1, layers));
  }
}
