package io.sluice.nn;

import io.sluice.nn.Workspace.Use;
import io.sluice.tensor.MatrixBackend;
import io.sluice.tensor.NeuronBlock;
import io.sluice.tensor.NeuronMatrices;

/** All neurons: {@code y = W2 max(0, W1 x + b1) + b2}. Immutable and thread-safe. */
public final class DenseFeedForward implements FeedForward {
  private final NeuronMatrices matrices;
  private final NeuronBlock packed; // null: the backend has no fused products
  private final float[] writeBias; // b2: (D)

  /**
   * @param name of its place in the network, see {@link MatrixBackend#neurons}; may be null
   * @param reads W1, shape (F, D), row-major
   * @param readBias b1, shape (F)
   * @param writes W2 transposed, shape (F, D), row-major
   * @param writeBias b2, shape (D)
   */
  public DenseFeedForward(
      MatrixBackend backend,
      String name,
      float[] reads,
      float[] readBias,
      float[] writes,
      float[] writeBias) {
    this(backend.neurons(name, reads, readBias, writes), writeBias);
  }

  /**
   * Of matrices that somebody holds already.
   *
   * @param writeBias b2, shape (D)
   */
  public DenseFeedForward(NeuronMatrices matrices, float[] writeBias) {
    this.matrices = matrices;
    this.writeBias = writeBias.clone();
    this.packed = matrices.pack(new int[] {0}, matrices.neurons(), this.writeBias).orElse(null);
  }

  @Override
  public int hiddenWidth() {
    return matrices.neurons();
  }

  @Override
  public void apply(float[] x, int rows, Route route, Workspace workspace, float[] y) {
    if (packed != null && !workspace.keepsHidden()) {
      packed.apply(x, rows, y);
      return;
    }
    int neurons = matrices.neurons();
    for (int row = 0; row < rows; row++) {
      System.arraycopy(writeBias, 0, y, row * writeBias.length, writeBias.length);
    }
    float[] hidden = workspace.array(Use.HIDDEN, rows * neurons);
    matrices.activate(x, rows, 0, neurons, hidden);
    matrices.accumulate(hidden, rows, 0, neurons, y);
  }
}
