package io.sluice.moefy;

import io.sluice.checkpoint.SafetensorsWriter;

/**
 * What experts.safetensors says of one layer.
 *
 * @param router its gate network
 * @param mean shape (F): over all tokens
 * @param skippedMeans shape (levels, F): over the tokens for which the router skips the expert
 * @param plans null for a layer without plans, as are the next two
 * @param gate chooses a plan
 * @param planMeans shape (P, F): over the tokens of a plan
 */
@SuppressWarnings("ArrayRecordComponent") // written, never compared
record LayerFit(
    TrainedRouter router,
    float[] mean,
    float[][] skippedMeans,
    PlanSet plans,
    PlanGate gate,
    float[][] planMeans) {

  /** Adds the tensors, named as the loader of models documents. */
  void write(LayerName layer, SafetensorsWriter writer) {
    String prefix = layer.prefix();
    int hidden = router.innerBias().length;
    int width = router.inner().length / hidden;
    int experts = router.outerBias().length;
    int neurons = mean.length;
    writer.add(prefix + "router.inner.weight", router.inner(), hidden, width);
    writer.add(prefix + "router.inner.bias", router.innerBias(), hidden);
    writer.add(prefix + "router.outer.weight", router.outer(), experts, hidden);
    writer.add(prefix + "router.outer.bias", router.outerBias(), experts);
    writer.add(prefix + "mean", mean, neurons);
    writer.add(prefix + "skipped_mean", joined(skippedMeans), skippedMeans.length, neurons);
    if (plans != null) {
      int count = plans.count();
      float[][] orders = new float[count][experts];
      for (int plan = 0; plan < count; plan++) {
        for (int i = 0; i < experts; i++) {
          orders[plan][i] = plans.orders()[plan][i];
        }
      }
      writer.add(prefix + "plan.order", joined(orders), count, experts);
      writer.add(prefix + "plan.gate.weight", gate.weight(), count, gate.weight().length / count);
      writer.add(prefix + "plan.gate.bias", gate.bias(), count);
      writer.add(prefix + "plan.mean", joined(planMeans), count, neurons);
    }
  }

  private static float[] joined(float[][] rows) {
    int width = rows.length == 0 ? 0 : rows[0].length;
    float[] all = new float[rows.length * width];
    for (int row = 0; row < rows.length; row++) {
      System.arraycopy(rows[row], 0, all, row * width, width);
    }
    return all;
  }
}
