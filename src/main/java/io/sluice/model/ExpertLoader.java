package io.sluice.model;

import io.sluice.checkpoint.CheckpointException;
import io.sluice.checkpoint.ExpertsConfig;
import io.sluice.checkpoint.FeedForwardWeights;
import io.sluice.checkpoint.Safetensors;
import io.sluice.moe.ExpertFeedForward;
import io.sluice.moe.ExpertLayer;
import io.sluice.moe.ExpertPlans;
import io.sluice.moe.GateNetwork;
import io.sluice.moe.Router;
import io.sluice.moe.SkippedMeans;
import io.sluice.nn.Linear;
import io.sluice.tensor.MatrixBackend;
import java.util.List;

/**
 * Builds expert layers from experts.safetensors. Its tensors, for each layer {@code
 * encoder.layers.I.} or {@code decoder.layers.I.}: {@code router.inner.weight} (h, D), {@code
 * router.inner.bias}, {@code router.outer.weight} (N, h), {@code router.outer.bias}, {@code mean}
 * (F), {@code skipped_mean} (levels, F), and where there are plans {@code plan.order} (P, N),
 * {@code plan.gate.weight} (P, 3 D), {@code plan.gate.bias}, {@code plan.mean} (P, F). Plan p is
 * the same kind of sentence in all layers.
 *
 * <p>Optional, all four or none of a layer: its elastic weights, which run where fewer than all of
 * its experts do, {@code elastic.fc1.weight} (F, D), {@code elastic.fc1.bias} (F), {@code
 * elastic.fc2.weight} (D, F), {@code elastic.fc2.bias} (D), neurons as in model.safetensors.
 * Routers, plans and means are then those of the elastic weights.
 */
final class ExpertLoader {
  private final Safetensors tensors;
  private final ExpertsConfig config;
  private final MatrixBackend backend;
  private final RouterChoice routers;

  ExpertLoader(
      Safetensors tensors, ExpertsConfig config, MatrixBackend backend, RouterChoice routers) {
    this.tensors = tensors;
    this.config = config;
    this.backend = backend;
    this.routers = routers;
  }

  /** First half of the SHA-256 of experts.safetensors. */
  String digest() {
    return tensors.digest().substring(0, 32);
  }

  ExpertFeedForward encoderLayer(int index, FeedForwardWeights weights) {
    String prefix = "encoder.layers." + index + ".";
    return build(prefix, config.encoder(), 0, weights, config.encoderLevels(), 0);
  }

  ExpertFeedForward decoderLayer(int index, FeedForwardWeights weights) {
    String prefix = "decoder.layers." + index + ".";
    return build(
        prefix, config.decoder(), config.always(), weights, config.levels(), config.plans());
  }

  private static ExpertLayer layer(
      String prefix, int experts, int always, FeedForwardWeights weights) {
    try {
      return new ExpertLayer(
          experts,
          always,
          weights.reads(),
          weights.readBias(),
          weights.writes(),
          weights.writeBias());
    } catch (IllegalArgumentException e) {
      throw new CheckpointException(
          "config.json: sluice_experts does not fit " + prefix + ": " + e.getMessage(), e);
    }
  }

  private ExpertFeedForward build(
      String prefix,
      int experts,
      int always,
      FeedForwardWeights weights,
      List<Integer> levels,
      int plans) {
    ExpertLayer layer = layer(prefix, experts, always, weights);
    FeedForwardWeights found =
        FeedForwardWeights.elastic(tensors, prefix, layer.neurons(), layer.width());
    ExpertLayer elastic = found == null ? null : layer(prefix, experts, always, found);
    int gate = config.gateWidth();
    GateNetwork trained =
        new GateNetwork(
            linear(prefix + "router.inner", gate, layer.width()),
            linear(prefix + "router.outer", layer.experts(), gate));
    float[] mean = tensors.values(prefix + "mean", layer.neurons());
    SkippedMeans means =
        new SkippedMeans(
            levels.stream().mapToInt(Integer::intValue).toArray(),
            rows(prefix + "skipped_mean", levels.size(), layer.neurons()),
            mean);
    Router router = routers.of(backend, elastic == null ? layer : elastic, mean, trained);
    return new ExpertFeedForward(
        backend,
        prefix + "feed_forward",
        layer,
        elastic,
        router,
        means,
        plans == 0 ? null : plans(prefix, layer, plans));
  }

  private ExpertPlans plans(String prefix, ExpertLayer layer, int plans) {
    float[][] stored = rows(prefix + "plan.order", plans, layer.experts());
    int[][] orders = new int[plans][layer.experts()];
    for (int plan = 0; plan < plans; plan++) {
      for (int i = 0; i < orders[plan].length; i++) {
        orders[plan][i] = Math.round(stored[plan][i]);
      }
    }
    Linear gate = linear(prefix + "plan.gate", plans, SentenceFeatures.width(layer.width()));
    float[][] means = rows(prefix + "plan.mean", plans, layer.neurons());
    try {
      return new ExpertPlans(orders, gate, means);
    } catch (IllegalArgumentException e) {
      throw new CheckpointException(
          tensors.name() + ": tensor " + prefix + "plan.order: " + e.getMessage(), e);
    }
  }

  private Linear linear(String name, int out, int in) {
    return new Linear(
        backend, tensors.values(name + ".weight", out, in), tensors.values(name + ".bias", out));
  }

  private float[][] rows(String name, int rows, int columns) {
    float[][] found = new float[rows][columns];
    if (rows > 0) {
      float[] values = tensors.values(name, rows, columns);
      for (int row = 0; row < rows; row++) {
        System.arraycopy(values, row * columns, found[row], 0, columns);
      }
    }
    return found;
  }
}
