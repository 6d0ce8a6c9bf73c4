package io.sluice.moefy;

import io.sluice.checkpoint.FeedForwardWeights;
import io.sluice.model.Transformer;
import io.sluice.moefy.ActivationRun.Half;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Cuts every layer of a model by what its neurons do over a text. */
final class Cutting {
  private final Transformer model;
  private final MoefyOptions options;
  private final Consumer<String> progress;

  Cutting(Transformer model, MoefyOptions options, Consumer<String> progress) {
    this.model = model;
    this.options = options;
    this.progress = progress;
  }

  /** Cuts; half of the sentences are forced, half run free. */
  Map<LayerName, LayerCut> cut(
      Map<LayerName, FeedForwardWeights> layers, List<SentencePair> sentences) {
    Map<LayerName, NeuronStatistics> statistics = new LinkedHashMap<>();
    long sourceTokens = sentences.stream().mapToLong(pair -> pair.source().length).sum();
    long targetTokens = sentences.stream().mapToLong(SentencePair::targetTokens).sum();
    layers.forEach(
        (layer, weights) ->
            statistics.put(
                layer,
                new NeuronStatistics(
                    weights, layer.half() == Half.ENCODER ? sourceTokens : targetTokens)));
    new ActivationPass(
            model, done -> progress.accept("cut: sentences " + done + " of " + sentences.size()))
        .mixed(
            sentences,
            tokens -> {
              NeuronStatistics layer = statistics.get(LayerName.of(tokens));
              if (layer != null) { // null: of a half that is not cut
                layer.add(tokens);
              }
            });
    Map<LayerName, LayerCut> cuts = new LinkedHashMap<>();
    for (LayerName layer : layers.keySet()) {
      progress.accept("cut: " + layer);
      cuts.put(
          layer,
          LayerCut.of(
              statistics.remove(layer),
              options.method(),
              options.experts(layer.half()),
              options.seed()));
    }
    return cuts;
  }
}
