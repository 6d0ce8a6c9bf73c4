package io.sluice.moe;

import io.sluice.nn.FeedForward;
import io.sluice.nn.Route;
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
  /** Up to so many rows each row runs its own experts; more rows run all neurons, masked. */
  private static final int ROWS_APART = 2;

  private final ExpertLayer layer;
  private final NeuronMatrices matrices;
  private final Router router;
  private final SkippedMeans means;
  private final ExpertPlans plans; // null: no mode SENTENCE
  private final ExpertPlans.Packed packed; // null with plans
  private final float[][] overallOutputs; // (N, D)
  private final float[][][] levelOutputs; // (levels, N, D)
  private final float[][] staticConstants; // (N + 1, D)

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
    this.router = router;
    this.means = means;
    this.plans = plans;
    this.packed = plans == null ? null : new ExpertPlans.Packed(plans, layer, backend);
    this.overallOutputs = layer.outputs(means.overall());
    this.levelOutputs = new float[means.count()][][];
    for (int level = 0; level < levelOutputs.length; level++) {
      levelOutputs[level] = layer.outputs(means.at(level));
    }
    this.staticConstants =
        ExpertPlans.suffixSums(
            overallOutputs, IntStream.range(0, layer.experts()).toArray(), layer.writeBias());
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
    fill(y, rows, staticConstants[k]);
    run(matrices, x, rows, 0, k, workspace, y);
  }

  private void run(
      NeuronMatrices on, float[] x, int rows, int first, int k, Workspace workspace, float[] y) {
    int size = layer.size();
    float[] activations = workspace.array(Use.HIDDEN, rows * k * size);
    on.activate(x, rows, first * size, k * size, activations);
    on.accumulate(activations, rows, first * size, k * size, y);
  }

  private void fill(float[] y, int rows, float[] constant) {
    for (int row = 0; row < rows; row++) {
      System.arraycopy(constant, 0, y, row * layer.width(), layer.width());
    }
  }

  /** Rows of one plan share two products. */
  private void bySentence(
      float[] x, int rows, int k, int[] planOfRow, Workspace workspace, float[] y) {
    int width = layer.width();
    float[] gathered = workspace.array(Use.GATHERED, rows * width);
    float[] results = workspace.array(Use.SCATTERED, rows * width);
    for (int plan = 0; plan < plans.count(); plan++) {
      int members = 0;
      for (int row = 0; row < rows; row++) {
        if (planOfRow[row] == plan) {
          System.arraycopy(x, row * width, gathered, members++ * width, width);
        }
      }
      if (members == 0) {
        continue;
      }
      fill(results, members, packed.constant(plan, k));
      run(packed.matrices(plan), gathered, members, 0, k, workspace, results);
      for (int row = 0, from = 0; row < rows; row++) {
        if (planOfRow[row] == plan) {
          System.arraycopy(results, from++ * width, y, row * width, width);
        }
      }
    }
  }

  /** One set for all rows: the experts with the highest sum of scores. */
  private void byBatch(float[] x, int rows, int k, Workspace workspace, float[] y) {
    int experts = layer.experts();
    float[] scores = scores(x, rows, workspace);
    float[] sums = new float[experts];
    for (int row = 0; row < rows; row++) {
      for (int expert = 0; expert < experts; expert++) {
        sums[expert] += scores[row * experts + expert];
      }
    }
    byte[] chosen = new byte[experts];
    TopExperts.mark(sums, 0, experts, k, layer.always(), chosen, 0);
    fill(y, rows, constant(chosen, 0, overallOutputs));
    runs(x, rows, chosen, 0, workspace, y);
  }

  /** Each row its own experts. */
  private void byToken(float[] x, int rows, int k, Workspace workspace, float[] y) {
    int experts = layer.experts();
    int width = layer.width();
    float[] scores = scores(x, rows, workspace);
    byte[] chosen = new byte[rows * experts];
    for (int row = 0; row < rows; row++) {
      TopExperts.mark(scores, row * experts, experts, k, layer.always(), chosen, row * experts);
    }
    int level = means.nearest(k);
    if (rows > ROWS_APART) {
      masked(x, rows, chosen, means.at(level), workspace, y);
      return;
    }
    float[][] outputs = level < 0 ? overallOutputs : levelOutputs[level];
    float[] one = workspace.array(Use.GATHERED, width);
    float[] result = workspace.array(Use.SCATTERED, width);
    for (int row = 0; row < rows; row++) {
      System.arraycopy(x, row * width, one, 0, width);
      fill(result, 1, constant(chosen, row * experts, outputs));
      runs(one, 1, chosen, row * experts, workspace, result);
      System.arraycopy(result, 0, y, row * width, width);
    }
  }

  /** All neurons run; where an expert is skipped, its mean takes the place of its activations. */
  private void masked(
      float[] x, int rows, byte[] chosen, float[] mean, Workspace workspace, float[] y) {
    int neurons = layer.neurons();
    int size = layer.size();
    float[] activations = workspace.array(Use.HIDDEN, rows * neurons);
    matrices.activate(x, rows, 0, neurons, activations);
    for (int block = 0; block < rows * layer.experts(); block++) {
      if (chosen[block] == 0) {
        int expert = block % layer.experts();
        System.arraycopy(mean, expert * size, activations, block * size, size);
      }
    }
    fill(y, rows, layer.writeBias());
    matrices.accumulate(activations, rows, 0, neurons, y);
  }

  private float[] scores(float[] x, int rows, Workspace workspace) {
    float[] scores = workspace.array(Use.ROUTER_SCORES, rows * layer.experts());
    router.scores(x, rows, workspace, scores);
    return scores;
  }

  /** Neighbouring experts run as one. */
  private void runs(float[] x, int rows, byte[] chosen, int from, Workspace workspace, float[] y) {
    int first = 0;
    while (first < layer.experts()) {
      int end = first;
      while (end < layer.experts() && chosen[from + end] == 1) {
        end++;
      }
      if (end > first) {
        run(matrices, x, rows, first, end - first, workspace, y);
      }
      first = end + 1;
    }
  }

  /** Bias and the outputs of the experts that are not chosen. */
  private float[] constant(byte[] chosen, int from, float[][] outputs) {
    float[] sum = Arrays.copyOf(layer.writeBias(), layer.width());
    for (int expert = 0; expert < layer.experts(); expert++) {
      if (chosen[from + expert] == 0) {
        for (int d = 0; d < sum.length; d++) {
          sum[d] += outputs[expert][d];
        }
      }
    }
    return sum;
  }
}
