package io.sluice.moe.router;

import io.sluice.moe.ExpertLayer;
import io.sluice.moe.TopExperts;
import io.sluice.nn.Workspace;
import io.sluice.nn.Workspace.Use;
import io.sluice.tensor.MatrixBackend;
import io.sluice.tensor.NeuronMatrices;
import java.util.Arrays;
import java.util.function.IntFunction;

/**
 * Chooses the experts whose output, with means for the rest, is nearest to the full output. It
 * starts from the set that is left when experts are dropped one by one, each time the one that
 * costs least, and from the sets by mass and by contribution; then it swaps one expert for another
 * while that helps, and keeps the best. The best set of all would need a search over all sets. The
 * sets of different k are not nested, so this is no {@link io.sluice.moe.Router}. Immutable and
 * thread-safe.
 */
public final class ErrorOracle implements ExpertSelector {
  /** A swap must help by more than rounding. */
  private static final double LEAST_GAIN = 1e-9;

  private final ExpertLayer layer;
  private final NeuronMatrices matrices;
  private final ExpertOutputs outputs;
  private final IntFunction<float[]> means; // of k: (N, D)

  /**
   * @param backend holds a copy of the layer
   * @param means for each k, shape (N, D): what stands in for experts that are skipped
   */
  public ErrorOracle(MatrixBackend backend, ExpertLayer layer, IntFunction<float[]> means) {
    this.layer = layer;
    this.matrices = backend.neurons(layer.reads(), layer.readBias(), layer.writes());
    this.outputs = new ExpertOutputs(layer);
    this.means = means;
  }

  @Override
  public int experts() {
    return layer.experts();
  }

  @Override
  public void choose(float[] x, int rows, int k, Workspace workspace, byte[] chosen) {
    int neurons = layer.neurons();
    int experts = layer.experts();
    float[] activations = workspace.array(Use.HIDDEN, rows * neurons);
    matrices.activate(x, rows, 0, neurons, activations);
    float[] masses = new float[rows * experts];
    MassOracle.masses(activations, rows * neurons, layer.size(), masses);
    float[] standIns = means.apply(k);
    for (int row = 0; row < rows; row++) {
      float[] added = outputs.of(activations, row * neurons);
      SkippingError error = new SkippingError(added, standIns, experts);
      byte[] byMass = new byte[experts];
      TopExperts.mark(masses, row * experts, experts, k, 0, byMass, 0);
      byte[] byContribution = new byte[experts];
      TopExperts.mark(outputs.contributions(added, standIns), 0, experts, k, 0, byContribution, 0);
      byte[] best = best(error, k, byMass, byContribution);
      System.arraycopy(best, 0, chosen, row * experts, experts);
    }
  }

  /** The best set of k experts that swaps reach from backward elimination or from other sets. */
  static byte[] best(SkippingError error, int k, byte[]... others) {
    byte[] best = dropped(error, k);
    swap(error, best);
    double least = error.of(best, 0);
    for (byte[] other : others) {
      byte[] tried = other.clone();
      swap(error, tried);
      double reached = error.of(tried, 0);
      if (reached < least - LEAST_GAIN * least) {
        least = reached;
        best = tried;
      }
    }
    return best;
  }

  private static byte[] dropped(SkippingError error, int k) {
    int experts = error.experts();
    byte[] chosen = new byte[experts];
    Arrays.fill(chosen, (byte) 1);
    double[] shared = new double[experts]; // product of each with the sum of the dropped
    for (int left = experts; left > k; left--) {
      int drop = -1;
      double least = 0;
      for (int expert = experts - 1; expert >= 0; expert--) { // of equals the lower number stays
        double cost = error.product(expert, expert) + 2 * shared[expert];
        if (chosen[expert] == 1 && (drop < 0 || cost < least)) {
          drop = expert;
          least = cost;
        }
      }
      chosen[drop] = 0;
      add(error, shared, drop, 1);
    }
    return chosen;
  }

  /** Swaps, each time the pair that helps most, until none does. */
  private static void swap(SkippingError error, byte[] chosen) {
    int experts = error.experts();
    double[] shared = new double[experts];
    double scale = 0;
    for (int expert = 0; expert < experts; expert++) {
      scale += error.product(expert, expert);
      if (chosen[expert] == 0) {
        add(error, shared, expert, 1);
      }
    }
    while (true) {
      int bestIn = -1;
      int bestOut = -1;
      double least = -LEAST_GAIN * scale;
      for (int out = 0; out < experts; out++) {
        for (int in = 0; chosen[out] == 1 && in < experts; in++) {
          if (chosen[in] == 0) {
            double change =
                error.product(out, out)
                    + 2 * shared[out]
                    + error.product(in, in)
                    - 2 * shared[in]
                    - 2 * error.product(in, out);
            if (change < least) {
              least = change;
              bestIn = in;
              bestOut = out;
            }
          }
        }
      }
      if (bestIn < 0) {
        return;
      }
      chosen[bestIn] = 1;
      chosen[bestOut] = 0;
      add(error, shared, bestOut, 1);
      add(error, shared, bestIn, -1);
    }
  }

  private static void add(SkippingError error, double[] shared, int expert, int sign) {
    for (int other = 0; other < shared.length; other++) {
      shared[other] += sign * error.product(other, expert);
    }
  }
}
