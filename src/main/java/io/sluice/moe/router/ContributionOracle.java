package io.sluice.moe.router;

import io.sluice.moe.ExpertLayer;
import io.sluice.moe.Router;
import io.sluice.nn.Workspace;
import io.sluice.nn.Workspace.Use;
import io.sluice.tensor.MatrixBackend;
import io.sluice.tensor.NeuronMatrices;

/**
 * Ranks experts by the length of what they add at the token less what their mean adds. Immutable
 * and thread-safe.
 */
public final class ContributionOracle implements Router {
  private final ExpertLayer layer;
  private final NeuronMatrices matrices;
  private final ExpertOutputs outputs;
  private final float[] means; // (N, D)

  /**
   * @param backend holds a copy of the layer
   * @param means shape (N, D): what stands in for experts that are skipped
   */
  public ContributionOracle(MatrixBackend backend, ExpertLayer layer, float[] means) {
    this.layer = layer;
    this.matrices = backend.neurons(layer.reads(), layer.readBias(), layer.writes());
    this.outputs = new ExpertOutputs(layer);
    this.means = means.clone();
  }

  /**
   * An oracle that knows the mean activations only.
   *
   * @param mean shape (F): mean of each neuron's activations
   */
  public static ContributionOracle ofActivations(
      MatrixBackend backend, ExpertLayer layer, float[] mean) {
    return new ContributionOracle(backend, layer, new ExpertOutputs(layer).of(mean, 0));
  }

  @Override
  public int experts() {
    return layer.experts();
  }

  @Override
  public void scores(float[] x, int rows, Workspace workspace, float[] scores) {
    int neurons = layer.neurons();
    float[] activations = workspace.array(Use.HIDDEN, rows * neurons);
    matrices.activate(x, rows, 0, neurons, activations);
    for (int row = 0; row < rows; row++) {
      float[] contributions = outputs.contributions(outputs.of(activations, row * neurons), means);
      System.arraycopy(contributions, 0, scores, row * contributions.length, contributions.length);
    }
  }
}
