package io.sluice.nn;

import io.sluice.nn.Workspace.Use;

/** All neurons: {@code y = W2 max(0, W1 x + b1) + b2}. Immutable and thread-safe. */
public final class DenseFeedForward implements FeedForward {
  private final Linear inner; // (F, D)
  private final Linear outer; // (D, F)

  public DenseFeedForward(Linear inner, Linear outer) {
    this.inner = inner;
    this.outer = outer;
  }

  @Override
  public int hiddenWidth() {
    return inner.out();
  }

  @Override
  public void apply(float[] x, int rows, Route route, Workspace workspace, float[] y) {
    float[] hidden = workspace.array(Use.HIDDEN, rows * inner.out());
    inner.applyRelu(x, rows, hidden);
    outer.apply(hidden, rows, y);
  }
}
