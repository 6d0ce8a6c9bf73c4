package io.sluice.moe;

import io.sluice.nn.Route;
import io.sluice.nn.StageClock.Stage;
import io.sluice.nn.Workspace;
import io.sluice.nn.Workspace.Use;
import io.sluice.tensor.NeuronBlock;
import io.sluice.tensor.NeuronMatrices;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Runs fewer than all experts of a layer: with one set of weights, and the router, plans and means
 * that belong to them. Immutable to its callers and thread-safe.
 */
final class FewExperts {
  private final int experts;
  private final int always;
  private final int size; // neurons of an expert
  private final int width; // D
  private final NeuronMatrices matrices;
  private final Router router;
  private final SkippedMeans means;
  private final ExpertPlans plans; // null: no mode SENTENCE
  private final SkippedOutputs overall;
  private final SkippedOutputs[] byLevel; // (levels)
  private final PackedPrefixes hotFirst;
  private final PackedPrefixes[] byPlan; // (P); null without plans
  private final float[] droppedHotFirst; // (N + 1)
  private final float[][] droppedByPlan; // (P, N + 1); null without plans

  /**
   * @param matrices the neurons of the layer
   * @param layer the weights of the matrices
   * @param set ranks the experts of these weights
   */
  FewExperts(NeuronMatrices matrices, ExpertLayer layer, ExpertChoice set) {
    this.experts = layer.experts();
    this.always = layer.always();
    this.size = layer.size();
    this.width = layer.width();
    this.matrices = matrices;
    this.router = set.router();
    this.means = set.means();
    this.plans = set.plans();
    this.overall = new SkippedOutputs(layer, means.overall());
    this.byLevel = new SkippedOutputs[means.count()];
    for (int level = 0; level < byLevel.length; level++) {
      byLevel[level] = new SkippedOutputs(layer, means.at(level));
    }
    int[] order = IntStream.range(0, experts).toArray();
    this.hotFirst = new PackedPrefixes(matrices, order, size, overall.ofPrefixes(order));
    this.byPlan = plans == null ? null : packed(plans.starts(layer));
    this.droppedHotFirst = DroppedMass.ofPrefixes(means.overall(), order, size);
    this.droppedByPlan = plans == null ? null : plans.dropped(size);
  }

  private PackedPrefixes[] packed(float[][][] starts) {
    PackedPrefixes[] packed = new PackedPrefixes[plans.count()];
    for (int plan = 0; plan < packed.length; plan++) {
      packed[plan] = new PackedPrefixes(matrices, plans.order(plan), size, starts[plan]);
    }
    return packed;
  }

  /**
   * Runs k experts of each row.
   *
   * @param x shape (rows, D)
   * @param k less than N
   * @param route of any mode but ALL
   * @param y shape (rows, D), overwritten
   */
  void apply(float[] x, int rows, int k, Route route, Workspace workspace, float[] y) {
    switch (route.mode()) {
      case STATIC -> {
        noteDropped(rows, k, null, workspace);
        prefix(x, rows, k, workspace, y);
      }
      case SENTENCE -> {
        noteDropped(rows, k, route.plans(), workspace);
        bySentence(x, rows, k, route.plans(), workspace, y);
      }
      case BATCH -> byBatch(x, rows, k, workspace, y);
      default -> byToken(x, rows, k, workspace, y);
    }
  }

  /** Of rows whose experts do not depend on the token. */
  private void noteDropped(int rows, int k, int[] planOfRow, Workspace workspace) {
    float[] dropped = workspace.array(Use.DROPPED_MASS, rows);
    for (int row = 0; row < rows; row++) {
      dropped[row] += planOfRow == null ? droppedHotFirst[k] : droppedByPlan[planOfRow[row]][k];
    }
  }

  /** Of one row that a router looked at. */
  private void noteDropped(int row, float[] scores, byte[] chosen, float[] dropped) {
    int at = row * experts;
    dropped[row] += DroppedMass.ofRow(scores, at, experts, chosen, at);
  }

  /** The first k experts. */
  private void prefix(float[] x, int rows, int k, Workspace workspace, float[] y) {
    NeuronBlock block = hotFirst.first(k);
    if (block != null) {
      block.apply(x, rows, y);
      return;
    }
    int count = k * size;
    for (int row = 0; row < rows; row++) {
      System.arraycopy(hotFirst.start(k), 0, y, row * width, width);
    }
    float[] activations = workspace.array(Use.HIDDEN, rows * count);
    matrices.activate(x, rows, 0, count, activations);
    matrices.accumulate(activations, rows, 0, count, y);
  }

  /** Each row the first k experts of its plan. */
  private void bySentence(
      float[] x, int rows, int k, int[] planOfRow, Workspace workspace, float[] y) {
    int[] members = workspace.members(rows);
    for (int plan = 0; plan < byPlan.length; plan++) {
      int count = 0;
      for (int row = 0; row < rows; row++) {
        if (planOfRow[row] == plan) {
          members[count++] = row;
        }
      }
      if (count > 0) {
        NeuronBlock block = byPlan[plan].first(k);
        if (block == null) {
          byBlocks(x, rows, k, planOfRow, workspace, y);
          return;
        }
        block.apply(x, members, count, y);
      }
    }
  }

  /** The same for a backend that does not pack plans: each expert on the rows that chose it. */
  private void byBlocks(
      float[] x, int rows, int k, int[] planOfRow, Workspace workspace, float[] y) {
    byte[] chosen = workspace.marks(rows * experts);
    for (int row = 0; row < rows; row++) {
      plans.mark(planOfRow[row], k, chosen, row * experts);
      System.arraycopy(byPlan[planOfRow[row]].start(k), 0, y, row * width, width);
    }
    matrices.addBlocks(x, rows, experts, chosen, workspace.members(rows), y);
  }

  /** One set for all rows: the experts with the highest sum of scores. */
  private void byBatch(float[] x, int rows, int k, Workspace workspace, float[] y) {
    float[] scores = scores(x, rows, workspace);
    float[] sums = workspace.array(Use.ROUTER_SUMS, experts);
    Arrays.fill(sums, 0, experts, 0f);
    for (int row = 0; row < rows; row++) {
      for (int expert = 0; expert < experts; expert++) {
        sums[expert] += scores[row * experts + expert];
      }
    }
    byte[] chosen = workspace.marks(rows * experts);
    TopExperts.mark(sums, 0, experts, k, always, chosen, 0);
    overall.write(chosen, 0, k, y, 0);
    float[] dropped = workspace.array(Use.DROPPED_MASS, rows);
    noteDropped(0, scores, chosen, dropped);
    for (int row = 1; row < rows; row++) {
      System.arraycopy(chosen, 0, chosen, row * experts, experts);
      noteDropped(row, scores, chosen, dropped);
      System.arraycopy(y, 0, y, row * width, width);
    }
    workspace.clock().enter(Stage.FEED_FORWARD);
    matrices.addBlocks(x, rows, experts, chosen, workspace.members(rows), y);
  }

  /** Each row its own experts. */
  private void byToken(float[] x, int rows, int k, Workspace workspace, float[] y) {
    float[] scores = scores(x, rows, workspace);
    int level = means.nearest(k);
    SkippedOutputs skipped = level < 0 ? overall : byLevel[level];
    byte[] chosen = workspace.marks(rows * experts);
    float[] dropped = workspace.array(Use.DROPPED_MASS, rows);
    for (int row = 0; row < rows; row++) {
      TopExperts.mark(scores, row * experts, experts, k, always, chosen, row * experts);
      noteDropped(row, scores, chosen, dropped);
      skipped.write(chosen, row * experts, k, y, row * width);
    }
    workspace.clock().enter(Stage.FEED_FORWARD);
    matrices.addBlocks(x, rows, experts, chosen, workspace.members(rows), y);
  }

  private float[] scores(float[] x, int rows, Workspace workspace) {
    workspace.clock().enter(Stage.ROUTER);
    float[] scores = workspace.array(Use.ROUTER_SCORES, rows * experts);
    router.scores(x, rows, workspace, scores);
    return scores;
  }
}
