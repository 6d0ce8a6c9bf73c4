package io.sluice.model;

import io.sluice.checkpoint.CheckpointException;
import io.sluice.checkpoint.ExpertSet;
import io.sluice.checkpoint.ExpertsConfig;
import io.sluice.checkpoint.FeedForwardWeights;
import io.sluice.checkpoint.ModelBundle;
import io.sluice.checkpoint.Safetensors;
import io.sluice.moe.ExpertChoice;
import io.sluice.moe.ExpertFeedForward;
import io.sluice.moe.ExpertLayer;
import io.sluice.moe.ExpertPlans;
import io.sluice.moe.GateNetwork;
import io.sluice.moe.Router;
import io.sluice.moe.SkippedMeans;
import io.sluice.nn.Linear;
import io.sluice.tensor.MatrixBackend;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

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
 * Routers, plans and means are then those of the elastic weights. A second file of the same form,
 * experts-upper.safetensors, serves layers that run more experts than config.json says; plan p is
 * the same kind of sentence in both.
 */
final class ExpertLoader {
  private final ExpertsConfig config;
  private final Map<ExpertSet, Safetensors> files;
  private final MatrixBackend backend;
  private final RouterChoice routers;

  ExpertLoader(
      ModelBundle bundle, ExpertsConfig config, MatrixBackend backend, RouterChoice routers) {
    this.config = config;
    this.files = new EnumMap<>(ExpertSet.class);
    config.sets().forEach(set -> files.put(set, bundle.tensors(set.file())));
    this.backend = backend;
    this.routers = routers;
  }

  /** 32 hexadecimal digits of the SHA-256 of the files of experts, shared between them. */
  String digest() {
    int each = 32 / files.size();
    return files.values().stream()
        .map(file -> file.digest().substring(0, each))
        .collect(Collectors.joining());
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
    int[] counts = levels.stream().mapToInt(Integer::intValue).toArray();
    ExpertChoice lower = choice(ExpertSet.LOWER, prefix, layer, counts, plans);
    String place = prefix + "feed_forward";
    boolean one = config.upper() == 0 || config.upper() >= experts - 1; // or no k is left for it
    return one
        ? new ExpertFeedForward(backend, place, layer, lower)
        : new ExpertFeedForward(
            backend,
            place,
            layer,
            lower,
            config.upper(),
            choice(ExpertSet.UPPER, prefix, layer, counts, plans));
  }

  private ExpertChoice choice(
      ExpertSet set, String prefix, ExpertLayer layer, int[] levels, int plans) {
    Safetensors tensors = files.get(set);
    FeedForwardWeights found =
        FeedForwardWeights.elastic(tensors, prefix, layer.neurons(), layer.width());
    ExpertLayer elastic =
        found == null ? null : layer(prefix, layer.experts(), layer.always(), found);
    int gate = config.gateWidth();
    GateNetwork trained =
        new GateNetwork(
            linear(tensors, prefix + "router.inner", gate, layer.width()),
            linear(tensors, prefix + "router.outer", layer.experts(), gate));
    float[] mean = tensors.values(prefix + "mean", layer.neurons());
    SkippedMeans means =
        new SkippedMeans(
            levels, rows(tensors, prefix + "skipped_mean", levels.length, layer.neurons()), mean);
    Router router = routers.of(backend, elastic == null ? layer : elastic, mean, trained);
    return new ExpertChoice(
        elastic, router, means, plans == 0 ? null : plans(tensors, prefix, layer, plans));
  }

  private ExpertPlans plans(Safetensors tensors, String prefix, ExpertLayer layer, int plans) {
    float[][] stored = rows(tensors, prefix + "plan.order", plans, layer.experts());
    int[][] orders = new int[plans][layer.experts()];
    for (int plan = 0; plan < plans; plan++) {
      for (int i = 0; i < orders[plan].length; i++) {
        orders[plan][i] = Math.round(stored[plan][i]);
      }
    }
    Linear gate =
        linear(tensors, prefix + "plan.gate", plans, SentenceFeatures.width(layer.width()));
    float[][] means = rows(tensors, prefix + "plan.mean", plans, layer.neurons());
    try {
      return new ExpertPlans(orders, gate, means);
    } catch (IllegalArgumentException e) {
      throw new CheckpointException(
          tensors.name() + ": tensor " + prefix + "plan.order: " + e.getMessage(), e);
    }
  }

  private Linear linear(Safetensors tensors, String name, int out, int in) {
    return new Linear(
        backend, tensors.values(name + ".weight", out, in), tensors.values(name + ".bias", out));
  }

  private float[][] rows(Safetensors tensors, String name, int rows, int columns) {
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
