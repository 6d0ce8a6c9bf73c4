package io.sluice.moe;

import io.sluice.nn.Workspace;

/** Ranks the experts of one layer for each row. Immutable and thread-safe. */
public interface Router {

  /** Experts N that it ranks. */
  int experts();

  /**
   * @param x shape (rows, D), the input of the feed-forward layer
   * @param scores shape (rows, N), overwritten: the higher, the more an expert contributes
   */
  void scores(float[] x, int rows, Workspace workspace, float[] scores);
}
