package io.sluice.moe;

import io.sluice.nn.DenseFeedForward;
import io.sluice.nn.FeedForward;
import io.sluice.nn.Route;
import io.sluice.nn.Workspace;
import io.sluice.tensor.MatrixBackend;
import io.sluice.tensor.NeuronMatrices;

/**
 * A feed-forward layer that runs k of its N experts. The outputs of experts are summed without
 * weights; for experts that do not run, the mean of what they would have added takes their place. k
 * = N is the dense layer, to the bit. A layer may have elastic weights: a second set, finetuned for
 * few experts, that runs wherever k is less than N; the dense layer then loses nothing by it. It
 * may have two such sets, the upper one for larger k: what half of the experts can do is not spoilt
 * by what an eighth must learn. A row's result does not depend on the other rows, in float32 but
 * for rounding, except in mode BATCH. Immutable to its callers and thread-safe.
 */
public final class ExpertFeedForward implements FeedForward {
  /** Follows the name of a layer in the name of its elastic weights. */
  public static final String ELASTIC = ".elastic";

  /** Follows the name of a layer in the name of the elastic weights of its upper set. */
  public static final String UPPER = ".elastic.upper";

  private final int experts;
  private final DenseFeedForward whole; // k = N
  private final ExpertChoice lower; // k <= bound
  private final FewExperts lowerExperts;
  private final int bound; // N with one set
  private final ExpertChoice upper; // bound < k < N; the lower one with one set
  private final FewExperts upperExperts;

  /**
   * A layer with one set for all k less than N.
   *
   * @param backend holds the weights
   * @param name of its place in the network, see {@link MatrixBackend#neurons}; may be null. The
   *     place of elastic weights has the same name and {@link #ELASTIC}
   * @param layer the model's own weights
   */
  public ExpertFeedForward(
      MatrixBackend backend, String name, ExpertLayer layer, ExpertChoice choice) {
    this(backend, name, layer, choice, layer.experts(), null);
  }

  /**
   * A layer with two sets.
   *
   * @param lower runs where k is at most the bound
   * @param upper runs where k is more; its place has the name of the layer and {@link #UPPER}
   */
  public ExpertFeedForward(
      MatrixBackend backend,
      String name,
      ExpertLayer layer,
      ExpertChoice lower,
      int bound,
      ExpertChoice upper) {
    this.experts = layer.experts();
    NeuronMatrices own = neurons(backend, name, layer);
    this.whole = new DenseFeedForward(own, layer.writeBias());
    this.lower = lower;
    this.lowerExperts = few(backend, name == null ? null : name + ELASTIC, layer, own, lower);
    this.bound = bound;
    this.upper = upper == null ? lower : upper;
    this.upperExperts =
        upper == null
            ? lowerExperts
            : few(backend, name == null ? null : name + UPPER, layer, own, upper);
  }

  /** The same without a name and without elastic weights: always in float32. */
  public ExpertFeedForward(
      MatrixBackend backend,
      ExpertLayer layer,
      Router router,
      SkippedMeans means,
      ExpertPlans plans) {
    this(backend, null, layer, new ExpertChoice(null, router, means, plans));
  }

  private static FewExperts few(
      MatrixBackend backend,
      String name,
      ExpertLayer layer,
      NeuronMatrices own,
      ExpertChoice choice) {
    ExpertLayer elastic = choice.elastic();
    return elastic == null
        ? new FewExperts(own, layer, choice)
        : new FewExperts(neurons(backend, name, elastic), elastic, choice);
  }

  private static NeuronMatrices neurons(MatrixBackend backend, String name, ExpertLayer layer) {
    return backend.neurons(name, layer.reads(), layer.readBias(), layer.writes());
  }

  @Override
  public int hiddenWidth() {
    return whole.hiddenWidth();
  }

  @Override
  public int experts() {
    return experts;
  }

  /** Whether other weights than its own run where k is less than N, or some k. */
  public boolean elastic() {
    return lower.elastic() != null || upper.elastic() != null;
  }

  /** What chooses among the experts where k of them run. */
  public ExpertChoice choice(int k) {
    return k > bound ? upper : lower;
  }

  @Override
  public void apply(float[] x, int rows, Route route, Workspace workspace, float[] y) {
    int k = Math.min(route.experts(), experts);
    if (route.mode() == Route.Mode.ALL || k == experts) {
      whole.apply(x, rows, Route.ALL, workspace, y);
    } else {
      (k > bound ? upperExperts : lowerExperts).apply(x, rows, k, route, workspace, y);
    }
  }
}
