package io.sluice.moe;

import io.sluice.nn.Linear;
import io.sluice.nn.Workspace;
import io.sluice.nn.Workspace.Use;
import io.sluice.tensor.MatrixBackend;
import io.sluice.tensor.NeuronMatrices;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * A small set of orders of a layer's experts. A gate chooses one for a sentence from the encoder's
 * output; with k experts the sentence runs the first k of its plan, so the plans of all levels are
 * nested. Rows of one plan share two dense products over a copy of the weights in that order, made
 * when a plan is first used. Immutable to its callers and thread-safe.
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
   * The plan of each sentence: the one with the highest score, ties to the lower number.
   *
   * @param features shape (sentences, width of the gate)
   */
  public int[] choose(float[] features, int sentences, Workspace workspace) {
    float[] scores = workspace.array(Use.ROUTER_SCORES, sentences * count());
    gate.apply(features, sentences, scores);
    int[] plans = new int[sentences];
    for (int sentence = 0; sentence < sentences; sentence++) {
      for (int plan = 1; plan < count(); plan++) {
        int at = sentence * count();
        if (scores[at + plan] > scores[at + plans[sentence]]) {
          plans[sentence] = plan;
        }
      }
    }
    return plans;
  }

  /** Plans of one layer, ready to run. */
  static final class Packed {
    private final ExpertPlans plans;
    private final ExpertLayer layer;
    private final MatrixBackend backend;
    private final float[][][] constants; // (P, N + 1, D): b2 and the means of experts from k on
    private final AtomicReferenceArray<NeuronMatrices> matrices;

    Packed(ExpertPlans plans, ExpertLayer layer, MatrixBackend backend) {
      this.plans = plans;
      this.layer = layer;
      this.backend = backend;
      this.matrices = new AtomicReferenceArray<>(plans.count());
      this.constants = new float[plans.count()][][];
      for (int plan = 0; plan < plans.count(); plan++) {
        constants[plan] =
            suffixSums(layer.outputs(plans.means[plan]), plans.orders[plan], layer.writeBias());
      }
    }

    /** What is added when the first k experts of a plan run: shape (D). */
    float[] constant(int plan, int k) {
      return constants[plan][k];
    }

    /** The layer's neurons in the order of a plan. */
    NeuronMatrices matrices(int plan) {
      NeuronMatrices found = matrices.get(plan);
      if (found != null) {
        return found;
      }
      synchronized (this) {
        if (matrices.get(plan) == null) {
          matrices.set(plan, pack(plans.orders[plan]));
        }
        return matrices.get(plan);
      }
    }

    private NeuronMatrices pack(int[] order) {
      int block = layer.size() * layer.width();
      float[] reads = new float[layer.reads().length];
      float[] writes = new float[layer.writes().length];
      float[] bias = new float[layer.neurons()];
      for (int i = 0; i < order.length; i++) {
        System.arraycopy(layer.reads(), order[i] * block, reads, i * block, block);
        System.arraycopy(layer.writes(), order[i] * block, writes, i * block, block);
        System.arraycopy(
            layer.readBias(), order[i] * layer.size(), bias, i * layer.size(), layer.size());
      }
      return backend.neurons(reads, bias, writes);
    }
  }

  /**
   * For each k the bias plus the outputs of the experts that do not run when the first k do.
   *
   * @param outputs shape (N, D)
   * @param order experts, first to last
   * @return shape (N + 1, D)
   */
  static float[][] suffixSums(float[][] outputs, int[] order, float[] bias) {
    float[][] sums = new float[order.length + 1][];
    sums[order.length] = bias.clone();
    for (int k = order.length - 1; k >= 0; k--) {
      sums[k] = sums[k + 1].clone();
      for (int d = 0; d < bias.length; d++) {
        sums[k][d] += outputs[order[k]][d];
      }
    }
    return sums;
  }
}
