package io.sluice.model;

import io.sluice.nn.Workspace;
import io.sluice.nn.Workspace.Use;
import io.sluice.tensor.WeightMatrix;

/**
 * Which words the steps of a state compute, and with which weights: all V; some; or frequent ones,
 * whose weights somebody keeps, and some others. Not thread-safe.
 */
final class OutputProjection implements AutoCloseable {
  private final WeightMatrix all;
  private WeightMatrix frequent; // not owned; null: none
  private WeightMatrix others; // owned; null: none

  /**
   * Of all words.
   *
   * @param all shape (V, D), not owned
   */
  OutputProjection(WeightMatrix all) {
    this.all = all;
  }

  /**
   * Other words from now on.
   *
   * @param frequentWords weights of the first f, shape (f, D), not owned; null: none
   * @param ids of the n others; may be empty; null: all V, without frequent ones
   */
  void restrict(WeightMatrix frequentWords, int[] ids) {
    close();
    frequent = frequentWords;
    others = ids == null || ids.length == 0 ? null : all.rows(ids);
  }

  /**
   * Logits of the words.
   *
   * @param x shape (rows, D)
   * @param logits receives shape (rows, V) or (rows, n); with frequent words (rows, f), and those
   *     of the others are in {@link Use#OTHER_LOGITS}, shape (rows, n)
   */
  void apply(float[] x, int rows, float[] logits, Workspace workspace) {
    if (frequent == null) {
      (others == null ? all : others).multiply(x, rows, logits);
      return;
    }
    frequent.multiply(x, rows, logits);
    if (others != null) {
      others.multiply(x, rows, workspace.array(Use.OTHER_LOGITS, rows * others.out()));
    }
  }

  /** Frees what was gathered; all words from now on. */
  @Override
  public void close() {
    if (others != null) {
      others.close();
    }
    frequent = null;
    others = null;
  }
}
