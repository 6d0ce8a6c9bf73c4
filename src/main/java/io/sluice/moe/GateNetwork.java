package io.sluice.moe;

import io.sluice.nn.Linear;
import io.sluice.nn.Workspace;
import io.sluice.nn.Workspace.Use;
import io.sluice.tensor.FloatMath;

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
    int width = inner.out();
    float[] hidden = workspace.array(Use.ROUTER_HIDDEN, rows * width);
    inner.apply(x, rows, hidden);
    for (int i = 0; i < rows * width; i++) {
      hidden[i] = tanh(hidden[i]);
    }
    outer.apply(hidden, rows, scores);
  }

  /** Hyperbolic tangent through the exponential function, absolute error below 1e-6. */
  static float tanh(float x) {
    if (x > 9f || x < -9f) {
      return x > 0 ? 1f : -1f;
    }
    float e = FloatMath.exp(2 * x);
    return (e - 1) / (e + 1);
  }
}
