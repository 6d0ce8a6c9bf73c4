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
    return String.format(Locale.ROOT, "%.1f", routing.expertShare());
  }
}
