package io.sluice.moe;

import io.sluice.nn.Workspace;
import io.sluice.nn.Workspace.Use;
import java.util.Arrays;
import java.util.List;

/**
 * Chooses the plan of a sentence: one number for all layers, of which each has its own order of
 * experts. So rows that share a plan share it in every layer. Immutable and thread-safe.
 */
public final class JointPlans {
  private final List<ExpertPlans> layers;

  /**
   * @param layers plans of the layers that have some, at least one
   * @throws IllegalArgumentException if they have different numbers of plans
   */
  public JointPlans(List<ExpertPlans> layers) {
    int count = layers.get(0).count();
    for (ExpertPlans plans : layers) {
      if (plans.count() != count) {
        throw new IllegalArgumentException(
            "one layer has " + count + " plans, another " + plans.count());
      }
    }
    this.layers = List.copyOf(layers);
  }

  /** Number of plans P. */
  public int count() {
    return layers.get(0).count();
  }

  /**
   * The plan of each sentence: the one whose scores have the highest sum over the layers, ties to
   * the lower number.
   *
   * @param features shape (sentences, width of the gates)
   * @return shape (sentences)
   */
  public int[] choose(float[] features, int sentences, Workspace workspace) {
    int count = count();
    float[] sums = workspace.array(Use.ROUTER_SUMS, sentences * count);
    Arrays.fill(sums, 0, sentences * count, 0f);
    for (ExpertPlans plans : layers) {
      plans.addScores(features, sentences, workspace, sums);
    }
    int[] chosen = new int[sentences];
    for (int sentence = 0; sentence < sentences; sentence++) {
      int at = sentence * count;
      for (int plan = 1; plan < count; plan++) {
        if (sums[at + plan] > sums[at + chosen[sentence]]) {
          chosen[sentence] = plan;
        }
      }
    }
    return chosen;
  }
}
