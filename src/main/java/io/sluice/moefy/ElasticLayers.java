package io.sluice.moefy;

import io.sluice.checkpoint.ExpertSet;
import io.sluice.checkpoint.ExpertsConfig;
import io.sluice.checkpoint.FeedForwardWeights;
import io.sluice.checkpoint.ModelBundle;
import io.sluice.checkpoint.Safetensors;
import io.sluice.checkpoint.SafetensorsWriter;
import io.sluice.checkpoint.TransformerConfig;
import io.sluice.tensor.MatrixBackend;
import io.sluice.tensor.NeuronMatrices;
import java.util.LinkedHashMap;
import java.util.Map;

/** The layers of a bundle that run other weights where fewer than all experts run. Immutable. */
final class ElasticLayers {
  private final Map<LayerName, FeedForwardWeights> weights;

  private ElasticLayers(Map<LayerName, FeedForwardWeights> weights) {
    this.weights = weights;
  }

  /** None. */
  static ElasticLayers none() {
    return new ElasticLayers(Map.of());
  }

  /** Those of one set of a bundle; none if it has no such set. */
  static ElasticLayers read(ModelBundle bundle, ExpertSet set) {
    if (!ExpertsConfig.read(bundle.json("config.json")).sets().contains(set)) {
      return none();
    }
    TransformerConfig config = TransformerConfig.read(bundle.json("config.json"));
    Safetensors tensors = bundle.tensors(set.file());
    Map<LayerName, FeedForwardWeights> found = new LinkedHashMap<>();
    for (LayerName layer : LayerName.all(config)) {
      FeedForwardWeights elastic = layer.elastic(tensors, config);
      if (elastic != null) {
        found.put(layer, elastic);
      }
    }
    return new ElasticLayers(found);
  }

  /** Whether there are none. */
  boolean isEmpty() {
    return weights.isEmpty();
  }

  /** What runs in a layer with few experts: its elastic weights, or its own if it has no others. */
  FeedForwardWeights orOwn(LayerName layer, FeedForwardWeights own) {
    return weights.getOrDefault(layer, own);
  }

  /** Adds the weights of a layer to a file of experts, if it has some. */
  void write(LayerName layer, SafetensorsWriter writer) {
    FeedForwardWeights elastic = weights.get(layer);
    if (elastic != null) {
      elastic.writeElastic(writer, layer.prefix());
    }
  }

  /** Their neurons, to be watched during runs; the backend holds the weights from now on. */
  ElasticActivations activations(MatrixBackend backend) {
    Map<LayerName, NeuronMatrices> neurons = new LinkedHashMap<>();
    weights.forEach(
        (layer, each) ->
            neurons.put(layer, backend.neurons(each.reads(), each.readBias(), each.writes())));
    return new ElasticActivations(neurons);
  }
}
