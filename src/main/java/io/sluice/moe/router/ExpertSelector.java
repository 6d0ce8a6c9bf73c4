package io.sluice.moe.router;

import io.sluice.moe.Router;
import io.sluice.moe.TopExperts;
import io.sluice.nn.Workspace;

/**
 * Chooses k of N experts for each row. Other than a {@link Router} it may choose for each k anew,
 * so that the set for k need not hold the set for k − 1. Immutable and thread-safe.
 */
public interface ExpertSelector {

  /** Experts N. */
  int experts();

  /**
   * Chooses.
   *
   * @param x shape (rows, D), the input of the feed-forward layer
   * @param k 1 to N
   * @param chosen shape (rows, N), overwritten: 1 for chosen, else 0
   */
  void choose(float[] x, int rows, int k, Workspace workspace, byte[] chosen);

  /** Chooses the k experts with the highest scores of a router; ties go to the lower number. */
  static ExpertSelector of(Router router) {
    return new ExpertSelector() {
      @Override
      public int experts() {
        return router.experts();
      }

      @Override
      public void choose(float[] x, int rows, int k, Workspace workspace, byte[] chosen) {
        int experts = router.experts();
        float[] scores = workspace.array(Workspace.Use.ROUTER_SCORES, rows * experts);
        router.scores(x, rows, workspace, scores);
        for (int row = 0; row < rows; row++) {
          TopExperts.mark(scores, row * experts, experts, k, 0, chosen, row * experts);
        }
      }
    };
  }
}
