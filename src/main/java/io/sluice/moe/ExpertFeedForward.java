package io.sluice.moe;

import io.sluice.nn.DenseFeedForward;
import io.sluice.nn.FeedForward;
import io.sluice.nn.Route;
import io.sluice.nn.StageClock.Stage;
import io.sluice.nn.Workspace;
import io.sluice.nn.Workspace.Use;
import io.sluice.tensor.MatrixBackend;
import io.sluice.tensor.NeuronBlock;
import io.sluice.tensor.NeuronMatrices;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A feed-forward layer that runs k of its N experts. The outputs of experts are summed without
 * weights; for experts that do not run, the mean of what they would have added takes their place. k
 * = N is the dense layer, to the bit. A layer may have elastic weights: a second set, finetuned for
 * few experts, that runs wherever k is less than N; the dense layer then loses nothing by it. A
 * row's result does not depend on the other rows, in float32 but for rounding, except in mode
 * BATCH. Immutable to its callers and thread-safe.
 */
public final class ExpertFeedForward implements FeedForward {
  /** Follows the name of a layer in the name of its elastic weights. */
  public static final String ELASTIC = ".elastic";

  private final int experts;
  private final int always;
  private final int size; // neurons of an expert
  private final int width; // D
  private final DenseFeedForward whole; // k = N
  private final NeuronMatrices matrices; // k < N
  private final boolean elastic;
  private final Router router;
  private final SkippedMeans means;
  private final ExpertPlans plans; // null: no mode SENTENCE
  private final SkippedOutputs overall;
  private final SkippedOutputs[] byLevel; // (levels)
  private final PackedPrefixes hotFirst;
  private final PackedPrefixes[] byPlan; // (P); null with plans
  private final float[] droppedHotFirst; // (N + 1)
  private final float[][] droppedByPlan; // (P, N + 1); null with plans

  /**
   * @param backend holds the weights
   * @param name of its place in the network, see {@link MatrixBackend#neurons}; may be null. The
   *     place of elastic weights has the same name and {@link #ELASTIC}
   * @param layer the model's own weights
   * @param elastic weights of the same shape that run where k is less than N; null: the model's own
   * @param router ranks the experts of the weights that run
   * @param means of the neurons of the weights that run
   * @param plans null if the layer has none: it is then never to run in mode SENTENCE
   */
  public ExpertFeedForward(
      MatrixBackend backend,
      String name,
      ExpertLayer layer,
      ExpertLayer elastic,
      Router router,
      SkippedMeans means,
      ExpertPlans plans) {
    this.experts = layer.experts();
    this.always = layer.always();
    this.size = layer.size();
    this.width = layer.width();
    this.elastic = elastic != null;
    NeuronMatrices own = neurons(backend, name, layer);
    this.whole = new DenseFeedForward(own, layer.writeBias());
    this.matrices =
        elastic == null ? own : neurons(backend, name == null ? null : name + ELASTIC, elastic);
    this.router = router;
    this.means = means;
    this.plans = plans;
    ExpertLayer few = elastic == null ? layer : elastic;
    this.overall = new SkippedOutputs(few, means.overall());
    this.byLevel = new SkippedOutputs[means.count()];
    for (int level = 0; level < byLevel.length; level++) {
      byLevel[level] = new SkippedOutputs(few, means.at(level));
    }
    int[] order = IntStream.range(0, experts).toArray();
    this.hotFirst = new PackedPrefixes(matrices, order, size, overall.ofPrefixes(order));
    this.byPlan = plans == null ? null : packed(plans, plans.starts(few));
    this.droppedHotFirst = DroppedMass.ofPrefixes(means.overall(), order, size);
    this.droppedByPlan = plans == null ? null : plans.dropped(size);
  }

  /** The same without elastic weights and without a name: always in float32. */
  public ExpertFeedForward(
      MatrixBackend backend,
      ExpertLayer layer,
      Router router,
      SkippedMeans means,
      ExpertPlans plans) {
    this(backend, null, layer, null, router, means, plans);
  }

  private static NeuronMatrices neurons(MatrixBackend backend, String name, ExpertLayer layer) {
    return backend.neurons(name, layer.reads(), layer.readBias(), layer.writes());
  }

  private PackedPrefixes[] packed(ExpertPlans plans, float[][][] starts) {
    PackedPrefixes[] packed = new PackedPrefixes[plans.count()];
    for (int plan = 0; plan < packed.length; plan++) {
      packed[plan] = new PackedPrefixes(matrices, plans.order(plan), size, starts[plan]);
    }
    return packed;
  }

  @Override
  public int hiddenWidth() {
    return matrices.neurons();
  }

  @Override
  public int experts() {
    return experts;
  }

  /** Whether other weights run where k is less than N. */
  public boolean elastic() {
    return elastic;
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
    int k = Math.min(route.experts(), experts);
    if (route.mode() == Route.Mode.ALL || k == experts) {
      whole.apply(x, rows, Route.ALL, workspace, y);
      return;
    }
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
