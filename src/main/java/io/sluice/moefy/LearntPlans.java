package io.sluice.moefy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Plans and gates of the layers that have them, learnt from nine tenths of the sentences. Plan p is
 * the same kind of sentence in all layers, and the gates choose together: each says what a plan is
 * worth in its layer, and the sum decides.
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
   * @param layers those that have plans; may be none
   * @param kept plans of all of them that are used as they are; empty: they are learnt
   */
  static LearntPlans of(
      List<LayerName> layers,
      SentenceSamples samples,
      MoefyOptions options,
      Map<LayerName, PlanSet> kept) {
    LearntPlans learnt =
        new LearntPlans(new LinkedHashMap<>(), new LinkedHashMap<>(), new LinkedHashMap<>());
    if (layers.isEmpty()) {
      return learnt;
    }
    float[][] features = samples.features();
    int training = Math.max(1, features.length - features.length / 10);
    List<float[][]> all = layers.stream().map(name -> samples.shares(name.index())).toList();
    List<float[][]> some = all.stream().map(each -> Arrays.copyOf(each, training)).toList();
    List<PlanSet> sets =
        kept.isEmpty()
            ? SentenceClusters.plans(some, options.plans(), options.seed())
            : layers.stream().map(kept::get).toList();
    for (int layer = 0; layer < sets.size(); layer++) {
      PlanSet plans = sets.get(layer);
      learnt.sets.put(layers.get(layer), plans);
      learnt.gates.put(
          layers.get(layer),
          PlanGate.fit(
              Arrays.copyOf(features, training),
              Arrays.stream(some.get(layer)).map(plans::worths).toArray(double[][]::new)));
    }
    learnt.measure(layers, all, features, training);
    return learnt;
  }

  private void measure(
      List<LayerName> layers, List<float[][]> all, float[][] features, int training) {
    List<PlanSet> plans = new ArrayList<>(sets.values());
    int[] best = new int[features.length];
    int[] chosen = new int[features.length];
    for (int s = training; s < features.length; s++) {
      best[s] = highest(SentenceClusters.worths(plans, all, s));
      chosen[s] = choose(features[s]);
    }
    for (int layer = 0; layer < layers.size(); layer++) {
      shares.put(
          layers.get(layer),
          PlanShares.of(plans.get(layer), all.get(layer), best, chosen, training));
    }
  }

  /** The plan that the gates choose for a sentence, as serving does; there must be gates. */
  int choose(float[] features) {
    double[] sums = new double[sets.values().iterator().next().count()];
    gates.values().forEach(gate -> gate.addScores(features, sums));
    return highest(sums);
  }

  /** Place of the highest value, ties to the lower one. */
  private static int highest(double[] values) {
    int highest = 0;
    for (int i = 1; i < values.length; i++) {
      highest = values[i] > values[highest] ? i : highest;
    }
    return highest;
  }
}
