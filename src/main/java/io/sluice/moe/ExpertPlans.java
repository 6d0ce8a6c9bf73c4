package io.sluice.moe;

import io.sluice.nn.Linear;
import io.sluice.nn.Workspace;
import io.sluice.nn.Workspace.Use;

/**
 * A small set of orders of a layer's experts, and a gate that scores them for a sentence from the
 * encoder's output. One plan is chosen for all layers, see {@link JointPlans}; with k experts the
 * sentence runs the first k of it, so the plans of all levels are nested. Immutable to its callers
 * and thread-safe.
 */
public final class ExpertPlans {
  private final int[][] orders; // (P, N): experts, first to last
  private final Linear gate; // (P, features)
  private final float[][] means; // (P, F): mean activations over the tokens of a plan

  /**
   * @param orders shape (P, N), each a permutation of the experts
   * @param gate maps a sentence's features to P scores
   * @param means shape (P, F)
   */
  public ExpertPlans(int[][] orders, Linear gate, float[][] means) {
    if (orders.length != means.length || gate.out() != orders.length) {
      throw new IllegalArgumentException(
          "%d plans, %d means, gate for %d".formatted(orders.length, means.length, gate.out()));
    }
    for (int[] order : orders) {
      boolean[] seen = new boolean[order.length];
      for (int expert : order) {
        if (expert < 0 || expert >= order.length) {
          throw new IllegalArgumentException(
              "a plan names expert " + expert + " of " + order.length);
        }
        if (seen[expert]) {
          throw new IllegalArgumentException("a plan names expert " + expert + " twice");
        }
        seen[expert] = true;
      }
    }
    this.orders = orders.clone();
    this.gate = gate;
    this.means = means.clone();
  }

  /** Number of plans P. */
  public int count() {
    return orders.length;
  }

  /** Experts of a plan, first to last. */
  public int[] order(int plan) {
    return orders[plan].clone();
  }

  /**
   * Adds this layer's score of each plan for each sentence.
   *
   * @param features shape (sentences, width of the gate)
   * @param sums shape (sentences, P), added to
   */
  void addScores(float[] features, int sentences, Workspace workspace, float[] sums) {
    int length = sentences * count();
    float[] scores = workspace.array(Use.ROUTER_SCORES, length);
    gate.apply(features, sentences, scores);
    for (int i = 0; i < length; i++) {
      sums[i] += scores[i];
    }
  }

  /** Marks the first k experts of a plan: N marks from {@code to}, 1 for chosen, else 0. */
  void mark(int plan, int k, byte[] chosen, int to) {
    int[] order = orders[plan];
    for (int i = 0; i < order.length; i++) {
      chosen[to + order[i]] = (byte) (i < k ? 1 : 0);
    }
  }

  /**
   * Share of its mean activation that a plan leaves out: shape (P, N + 1), by number of experts.
   */
  float[][] dropped(int size) {
    float[][] dropped = new float[count()][];
    for (int plan = 0; plan < dropped.length; plan++) {
      dropped[plan] = DroppedMass.ofPrefixes(means[plan], orders[plan], size);
    }
    return dropped;
  }

  /** What rows start from in a layer: shape (P, N + 1, D), by plan and number of experts. */
  float[][][] starts(ExpertLayer layer) {
    float[][][] starts = new float[count()][][];
    for (int plan = 0; plan < starts.length; plan++) {
      starts[plan] = new SkippedOutputs(layer, means[plan]).ofPrefixes(orders[plan]);
    }
    return starts;
  }
}
