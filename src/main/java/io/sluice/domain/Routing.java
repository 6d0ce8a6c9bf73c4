package io.sluice.domain;

import java.util.List;

/**
 * Which experts ran for a translation.
 *
 * @param mode how they were chosen
 * @param expertsPerLayer experts run in each decoder layer
 * @param expertsTotal experts of one decoder layer; 1 for a dense model
 * @param encoderExpertsPerLayer experts run in each encoder layer
 * @param encoderExpertsTotal experts of one encoder layer; 1 for a dense encoder
 * @param cause why this many
 * @param backlogMillis backlog at full quality when the budget was read, milliseconds
 */
public record Routing(
    RoutingMode mode,
    List<Integer> expertsPerLayer,
    int expertsTotal,
    List<Integer> encoderExpertsPerLayer,
    int encoderExpertsTotal,
    BudgetCause cause,
    long backlogMillis) {

  public Routing {
    expertsPerLayer = List.copyOf(expertsPerLayer);
    encoderExpertsPerLayer = List.copyOf(encoderExpertsPerLayer);
  }

  /** True if fewer than all experts ran. */
  public boolean degraded() {
    return expertsPerLayer.stream().anyMatch(k -> k < expertsTotal)
        || encoderExpertsPerLayer.stream().anyMatch(k -> k < encoderExpertsTotal);
  }
}
