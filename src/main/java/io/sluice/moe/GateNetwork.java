package io.sluice.moe;

import io.sluice.nn.Linear;
import io.sluice.nn.Workspace;
import io.sluice.nn.Workspace.Use;

/**
 * The trained router: {@code scores = B tanh(A x + a) + b}, after MoEfication (arXiv 2110.01786,
 * section 3.3), but with biases and on the input as the layer sees it. Immutable and thread-safe.
 */
public final class GateNetwork implements Router {
  private final Linear inner; // (h, D)
  private final Linear outer; // (N, h)

  public GateNetwork(Linear inner, Linear outer) {
    this.inner = inner;
    this.outer = outer;
  }

  @Override
  public int experts() {
    return outer.out();
  }

  @Override
  public void scores(float[] x, int rows, Workspace workspace, float[] scores) {
    float[] hidden = workspace.array(Use.ROUTER_HIDDEN, rows * inner.out());
    inner.applyTanh(x, rows, hidden);
    outer.apply(hidden, rows, scores);
  }
}
