package io.sluice.domain;

import java.util.List;

/**
 * Which experts ran for a translation, and how wide the search was.
 *
 * @param mode how they were chosen
 * @param expertsPerLayer experts run in each decoder layer
 * @param expertsTotal experts of one decoder layer; 1 for a dense model
 * @param encoderExpertsPerLayer experts run in each encoder layer
 * @param encoderExpertsTotal experts of one encoder layer; 1 for a dense encoder
 * @param cause why this many
 * @param backlogMillis backlog at full quality when the budget was read, milliseconds
 * @param beam hypotheses kept
 * @param fullBeam hypotheses kept at full quality
 */
public record Routing(
    RoutingMode mode,
    List<Integer> expertsPerLayer,
    int expertsTotal,
    List<Integer> encoderExpertsPerLayer,
    int encoderExpertsTotal,
    BudgetCause cause,
    long backlogMillis,
    int beam,
    int fullBeam) {

  /** Greedy, as at full quality. */
  public Routing(
      RoutingMode mode,
      List<Integer> expertsPerLayer,
      int expertsTotal,
      List<Integer> encoderExpertsPerLayer,
      int encoderExpertsTotal,
      BudgetCause cause,
      long backlogMillis) {
    this(
        mode,
        expertsPerLayer,
        expertsTotal,
        encoderExpertsPerLayer,
        encoderExpertsTotal,
        cause,
        backlogMillis,
        1,
        1);
  }

  public Routing {
    expertsPerLayer = List.copyOf(expertsPerLayer);
    encoderExpertsPerLayer = List.copyOf(encoderExpertsPerLayer);
  }

  /** Share of the experts that ran, of all layers, above 0, at most 1. */
  public double expertShare() {
    double sum = 0;
    for (int k : expertsPerLayer) {
      sum += (double) k / expertsTotal;
    }
    for (int k : encoderExpertsPerLayer) {
      sum += (double) k / encoderExpertsTotal;
    }
    return sum / (expertsPerLayer.size() + encoderExpertsPerLayer.size());
  }

  /** True if fewer hypotheses were kept than at full quality. */
  public boolean narrowed() {
    return beam < fullBeam;
  }

  /** True if fewer than all experts ran, or the search was narrower than at full quality. */
  public boolean degraded() {
    return narrowed()
        || expertsPerLayer.stream().anyMatch(k -> k < expertsTotal)
        || encoderExpertsPerLayer.stream().anyMatch(k -> k < encoderExpertsTotal);
  }
}
