package io.sluice.moefy;

import io.sluice.moe.GateNetwork;
import io.sluice.moe.TopExperts;
import io.sluice.moefy.ActivationRun.Tokens;
import io.sluice.nn.Linear;
import io.sluice.nn.Workspace;
import io.sluice.tensor.MatrixBackend;

/**
 * Mean activations of one layer's neurons: over all tokens, over those for which the router skips
 * their expert at each level, and over those of each plan. Not thread-safe.
 */
final class SkippedMeasure {
  /** Seen less often, a neuron has no mean of its own. */
  private static final int LEAST = 20;

  private final GateNetwork router;
  private final int experts;
  private final int always;
  private final int[] levels;
  private final NeuronMeans all;
  private final NeuronMeans[] skipped;
  private final NeuronMeans[] ofPlan;
  private final Workspace workspace = new Workspace();

  /**
   * @param levels numbers of experts
   * @param plans 0: none
   */
  SkippedMeasure(
      TrainedRouter trained,
      int neurons,
      int always,
      int[] levels,
      int plans,
      MatrixBackend backend) {
    this.router =
        new GateNetwork(
            new Linear(backend, trained.inner(), trained.innerBias()),
            new Linear(backend, trained.outer(), trained.outerBias()));
    this.experts = router.experts();
    this.always = always;
    this.levels = levels.clone();
    this.all = new NeuronMeans(neurons);
    this.skipped = fresh(levels.length, neurons);
    this.ofPlan = fresh(plans, neurons);
  }

  private static NeuronMeans[] fresh(int count, int neurons) {
    NeuronMeans[] means = new NeuronMeans[count];
    for (int i = 0; i < count; i++) {
      means[i] = new NeuronMeans(neurons);
    }
    return means;
  }

  /**
   * Adds the tokens of one call.
   *
   * @param planOfSentence null for a layer without plans
   */
  void add(Tokens seen, int[] planOfSentence) {
    int neurons = seen.neurons();
    int size = neurons / experts;
    float[] scores = new float[seen.rows() * experts];
    router.scores(seen.inputs(), seen.rows(), workspace, scores);
    byte[] chosen = new byte[experts];
    for (int row = 0; row < seen.rows(); row++) {
      int from = row * neurons;
      all.add(seen.activations(), from, 0, neurons);
      if (planOfSentence != null) {
        ofPlan[planOfSentence[seen.sentences()[row]]].add(seen.activations(), from, 0, neurons);
      }
      for (int level = 0; level < levels.length; level++) {
        TopExperts.mark(scores, row * experts, experts, levels[level], always, chosen, 0);
        for (int expert = 0; expert < experts; expert++) {
          if (chosen[expert] == 0) {
            skipped[level].add(seen.activations(), from, expert * size, (expert + 1) * size);
          }
        }
      }
    }
  }

  /** Shape (F). */
  float[] mean() {
    return all.means(0, null);
  }

  /** Shape (levels, F). */
  float[][] skippedMeans() {
    return means(skipped);
  }

  /** Shape (P, F). */
  float[][] planMeans() {
    return means(ofPlan);
  }

  private float[][] means(NeuronMeans[] of) {
    float[] overall = mean();
    float[][] means = new float[of.length][];
    for (int i = 0; i < of.length; i++) {
      means[i] = of[i].means(LEAST, overall);
    }
    return means;
  }
}
