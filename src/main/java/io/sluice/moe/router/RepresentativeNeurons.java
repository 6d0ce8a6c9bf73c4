package io.sluice.moe.router;

import io.sluice.moe.Router;
import io.sluice.nn.Linear;
import io.sluice.nn.Workspace;
import io.sluice.nn.Workspace.Use;

/**
 * A router without training: it computes a few neurons of each expert exactly and takes the
 * contribution of all experts as a linear function of them and of the token. The function is the
 * least-squares fit of {@link RepresentativeFit}, in closed form. Immutable and thread-safe.
 */
public final class RepresentativeNeurons implements Router {
  private final Linear neurons; // (R, D)
  private final Linear output; // (N, D + R)

  /**
   * @param neurons reads and biases of the representatives, shape (R, D)
   * @param output shape (N, D + R): maps the token, then the activations, to scores
   */
  RepresentativeNeurons(Linear neurons, Linear output) {
    this.neurons = neurons;
    this.output = output;
  }

  @Override
  public int experts() {
    return output.out();
  }

  @Override
  public void scores(float[] x, int rows, Workspace workspace, float[] scores) {
    int width = neurons.in();
    int count = neurons.out();
    int features = width + count;
    float[] memory = workspace.array(Use.ROUTER_HIDDEN, rows * count);
    neurons.applyRelu(x, rows, memory);
    float[] joined = new float[rows * features];
    for (int row = 0; row < rows; row++) {
      System.arraycopy(x, row * width, joined, row * features, width);
      System.arraycopy(memory, row * count, joined, row * features + width, count);
    }
    output.apply(joined, rows, scores);
  }
}
