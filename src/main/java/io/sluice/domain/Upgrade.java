package io.sluice.domain;

import java.util.List;

/**
 * A degraded result that is owed a translation at full quality.
 *
 * @param request the request
 * @param source where it lies: its unique name
 * @param expertsPerLayer experts that ran in each decoder layer
 * @param encoderExpertsPerLayer experts that ran in each encoder layer
 * @param expectedLoss expected chrF distance to the full-quality text, 0 to 1
 * @param revision of the degraded result
 */
public record Upgrade(
    Request request,
    SourcePosition source,
    List<Integer> expertsPerLayer,
    List<Integer> encoderExpertsPerLayer,
    double expectedLoss,
    int revision) {

  public Upgrade {
    expertsPerLayer = List.copyOf(expertsPerLayer);
    encoderExpertsPerLayer = List.copyOf(encoderExpertsPerLayer);
  }
}
