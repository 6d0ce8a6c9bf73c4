package io.sluice.moe.router;

import io.sluice.moe.ExpertLayer;
import io.sluice.moe.Router;
import io.sluice.nn.Workspace;
import io.sluice.nn.Workspace.Use;
import io.sluice.tensor.MatrixBackend;
import io.sluice.tensor.NeuronMatrices;

/**
 * Ranks experts by the sum of their activations at the token, as the ground truth of MoEfication
 * (arXiv 2110.01786). Immutable and thread-safe.
 */
public final class MassOracle implements Router {
  private final ExpertLayer layer;
  private final NeuronMatrices matrices;

  /**
   * @param backend holds a copy of the layer
   */
  public MassOracle(MatrixBackend backend, ExpertLayer layer) {
    this.layer = layer;
    this.matrices = backend.neurons(layer.reads(), layer.readBias(), layer.writes());
  }

  @Override
  public int experts() {
    return layer.experts();
  }

  @Override
  public void scores(float[] x, int rows, Workspace workspace, float[] scores) {
    float[] activations = workspace.array(Use.HIDDEN, rows * layer.neurons());
    matrices.activate(x, rows, 0, layer.neurons(), activations);
    masses(activations, rows * layer.neurons(), layer.size(), scores);
  }

  /**
   * Sums of blocks of activations.
   *
   * @param activations after ReLU
   * @param count how many
   * @param size of a block
   * @param masses shape (count / size), overwritten
   */
  public static void masses(float[] activations, int count, int size, float[] masses) {
    for (int block = 0; block < count / size; block++) {
      double sum = 0;
      for (int i = block * size; i < (block + 1) * size; i++) {
        sum += activations[i];
      }
      masses[block] = (float) sum;
    }
  }
}
