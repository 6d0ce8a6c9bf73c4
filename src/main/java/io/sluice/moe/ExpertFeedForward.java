package io.sluice.moe;

import io.sluice.nn.FeedForward;
import io.sluice.nn.Route;
import io.sluice.nn.StageClock.Stage;
import io.sluice.nn.Workspace;
import io.sluice.nn.Workspace.Use;
import io.sluice.tensor.MatrixBackend;
import io.sluice.tensor.NeuronMatrices;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A feed-forward layer that runs k of its N experts. The outputs of experts are summed without
 * weights, so k = N is the dense layer; for experts that do not run, the mean of what they would
 * have added takes their place. A row's result does not depend on the other rows, except in mode
 * BATCH. Immutable to its callers and thread-safe.
 */
public final class ExpertFeedForward implements FeedForward {
  private final ExpertLayer layer;
  private final NeuronMatrices matrices;
  private final ExpertGroups groups;
  private final Router router;
  private final SkippedMeans means;
  private final ExpertPlans plans; // null: no mode SENTENCE
  private final SkippedOutputs overall;
  private final SkippedOutputs[] byLevel; // (levels)
  private final float[][] staticStarts; // (N + 1, D)
  private final float[][][] planStarts; // (P, N + 1, D); null with plans

  /**
   * @param backend holds the weights
   * @param plans null if the layer has none: mode SENTENCE then runs as TOKEN
   */
  public ExpertFeedForward(
      MatrixBackend backend,
      ExpertLayer layer,
      Router router,
      SkippedMeans means,
      ExpertPlans plans) {
    this.layer = layer;
    this.matrices = backend.neurons(layer.reads(), layer.readBias(), layer.writes());
    this.groups = new ExpertGroups(matrices, layer.experts());
    this.router = router;
    this.means = means;
    this.plans = plans;
    this.overall = new SkippedOutputs(layer, means.overall());
    this.byLevel = new SkippedOutputs[means.count()];
    for (int level = 0; level < byLevel.length; level++) {
      byLevel[level] = new SkippedOutputs(layer, means.at(level));
    }
    this.staticStarts = overall.ofPrefixes(IntStream.range(0, layer.experts()).toArray());
    this.planStarts = plans == null ? null : plans.starts(layer);
  }

  @Override
  public int hiddenWidth() {
    return layer.neurons();
  }

  @Override
  public int experts() {
    return layer.experts();
  }

  /** The plans; null if there are none. */
  public ExpertPlans plans() {
    return plans;
  }

  /** Ranks the experts. */
  public Router router() {
    return router;
  }

  @Override
  public void apply(float[] x, int rows, Route route, Workspace workspace, float[] y) {
    int k = Math.min(route.experts(), layer.experts());
    if (route.mode() == Route.Mode.ALL || k == layer.experts()) {
      prefix(x, rows, layer.experts(), workspace, y);
      return;
    }
    switch (route.mode()) {
      case STATIC -> prefix(x, rows, k, workspace, y);
      case SENTENCE -> bySentence(x, rows, k, route.plans(), workspace, y);
      case BATCH -> byBatch(x, rows, k, workspace, y);
      default -> byToken(x, rows, k, workspace, y);
    }
  }

  /** The first k experts. */
  private void prefix(float[] x, int rows, int k, Workspace workspace, float[] y) {
    int count = k * layer.size();
    for (int row = 0; row < rows; row++) {
      System.arraycopy(staticStarts[k], 0, y, row * layer.width(), layer.width());
    }
    float[] activations = workspace.array(Use.HIDDEN, rows * count);
    matrices.activate(x, rows, 0, count, activations);
    matrices.accumulate(activations, rows, 0, count, y);
  }

  /** Each row the first k experts of its plan. */
  private void bySentence(
      float[] x, int rows, int k, int[] planOfRow, Workspace workspace, float[] y) {
    byte[] chosen = workspace.marks(rows * layer.experts());
    for (int row = 0; row < rows; row++) {
      float[] start = planStarts[planOfRow[row]][k];
      plans.mark(planOfRow[row], k, chosen, row * layer.experts());
      System.arraycopy(start, 0, y, row * layer.width(), layer.width());
    }
    groups.accumulate(x, rows, chosen, workspace, y);
  }

  /** One set for all rows: the experts with the highest sum of scores. */
  private void byBatch(float[] x, int rows, int k, Workspace workspace, float[] y) {
    int experts = layer.experts();
    float[] scores = scores(x, rows, workspace);
    float[] sums = workspace.array(Use.ROUTER_SUMS, experts);
    Arrays.fill(sums, 0, experts, 0f);
    for (int row = 0; row < rows; row++) {
      for (int expert = 0; expert < experts; expert++) {
        sums[expert] += scores[row * experts + expert];
      }
    }
    byte[] chosen = workspace.marks(rows * experts);
    TopExperts.mark(sums, 0, experts, k, layer.always(), chosen, 0);
    overall.write(chosen, 0, k, y, 0);
    for (int row = 1; row < rows; row++) {
      System.arraycopy(chosen, 0, chosen, row * experts, experts);
      System.arraycopy(y, 0, y, row * layer.width(), layer.width());
    }
    workspace.clock().enter(Stage.FEED_FORWARD);
    groups.accumulate(x, rows, chosen, workspace, y);
  }

  /** Each row its own experts. */
  private void byToken(float[] x, int rows, int k, Workspace workspace, float[] y) {
    int experts = layer.experts();
    float[] scores = scores(x, rows, workspace);
    int level = means.nearest(k);
    SkippedOutputs skipped = level < 0 ? overall : byLevel[level];
    byte[] chosen = workspace.marks(rows * experts);
    for (int row = 0; row < rows; row++) {
      TopExperts.mark(scores, row * experts, experts, k, layer.always(), chosen, row * experts);
      skipped.write(chosen, row * experts, k, y, row * layer.width());
    }
    workspace.clock().enter(Stage.FEED_FORWARD);
    groups.accumulate(x, rows, chosen, workspace, y);
  }

  private float[] scores(float[] x, int rows, Workspace workspace) {
    workspace.clock().enter(Stage.ROUTER);
    float[] scores = workspace.array(Use.ROUTER_SCORES, rows * layer.experts());
    router.scores(x, rows, workspace, scores);
    return scores;
  }
}
