package io.sluice.moefy;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Plans and gates of the layers that have them, learnt from nine tenths of the sentences.
 *
 * @param sets plans by layer
 * @param gates by layer
 * @param shares what they hold of the sentences held out, by layer
 */
record LearntPlans(
    Map<LayerName, PlanSet> sets,
    Map<LayerName, PlanGate> gates,
    Map<LayerName, PlanShares> shares) {

  /**
   * Learns.
   *
   * @param kept plans that are used as they are
   */
  static LearntPlans of(
      List<LayerName> layers,
      SentenceSamples samples,
      MoefyOptions options,
      Map<LayerName, PlanSet> kept) {
    LearntPlans learnt =
        new LearntPlans(new LinkedHashMap<>(), new LinkedHashMap<>(), new LinkedHashMap<>());
    float[][] features = samples.features();
    int training = Math.max(1, features.length - features.length / 10);
    for (LayerName name : layers) {
      float[][] all = samples.shares(name.index());
      float[][] shares = Arrays.copyOf(all, training);
      PlanSet plans =
          kept.containsKey(name)
              ? kept.get(name)
              : PlanSet.learn(shares, options.plans(), options.seed() + name.index());
      PlanGate gate =
          PlanGate.fit(
              Arrays.copyOf(features, training),
              Arrays.stream(shares).map(plans::worths).toArray(double[][]::new));
      learnt.sets.put(name, plans);
      learnt.gates.put(name, gate);
      learnt.shares.put(name, PlanShares.of(plans, gate, all, features, training));
    }
    return learnt;
  }
}
