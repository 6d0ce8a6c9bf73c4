package io.sluice.moefy;

import io.sluice.checkpoint.FeedForwardWeights;
import io.sluice.checkpoint.ModelBundle;
import io.sluice.checkpoint.Safetensors;
import io.sluice.model.Transformer;
import io.sluice.moe.partition.ContributionSample;
import io.sluice.moe.partition.Partition;
import io.sluice.moe.partition.PartitionMethod;
import io.sluice.moefy.ActivationRun.Half;
import io.sluice.moefy.ActivationRun.Tokens;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Compares ways to cut the decoder's layers: how much of the activations the best k experts of each
 * token hold, on text that the cut did not see. Not thread-safe.
 */
public final class PartitionComparison {
  /** Shares of the experts that run. */
  private static final double[] SHARES = {0.125, 0.25, 0.375, 0.5, 0.75};

  private static final int SAMPLE = 6144; // tokens measured, at most

  private final int experts;
  private final long seed;
  private final Map<LayerName, NeuronStatistics> statistics = new LinkedHashMap<>();
  private final Map<LayerName, ContributionSample> held = new LinkedHashMap<>();

  /**
   * Runs the model over both texts.
   *
   * @param bundle that the model was loaded from, dense
   * @param experts N
   * @param tokens target tokens that the cut looks at; a quarter as many are measured
   */
  public PartitionComparison(
      ModelBundle bundle,
      Transformer model,
      int experts,
      TextMix mix,
      long tokens,
      long seed,
      Consumer<String> progress) {
    this.experts = experts;
    this.seed = seed;
    try (InputStream in = bundle.open("model.safetensors")) {
      Safetensors tensors = Safetensors.read(in, "model.safetensors");
      for (LayerName name : LayerName.all(model.config())) {
        if (name.half() == Half.DECODER) {
          FeedForwardWeights weights = name.weights(tensors, model.config());
          statistics.put(name, new NeuronStatistics(weights, tokens));
          float[] ones = new float[weights.neurons()];
          Arrays.fill(ones, 1);
          held.put(name, new ContributionSample(ones));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the model " + bundle, e);
    }
    ActivationPass pass = new ActivationPass(model, done -> progress.accept("sentence " + done));
    pass.mixed(mix.draw(tokens), seen -> toStatistics(seen));
    pass.mixed(mix.draw(Math.max(1, tokens / 4)), this::toHeld);
  }

  /**
   * What a way to cut captures.
   *
   * @param refined swaps of neurons followed the cut
   * @param shares k/N
   * @param captured shape (decoder layers, shares): share of all activations, 0 to 1
   */
  public record Result(
      PartitionMethod method, boolean refined, List<Double> shares, List<List<Double>> captured) {

    public Result {
      shares = List.copyOf(shares);
      captured = List.copyOf(captured);
    }
  }

  /** Cuts in one way, with the swaps that follow it or without. */
  public Result measure(PartitionMethod method, boolean refined) {
    List<List<Double>> captured = new ArrayList<>();
    statistics.forEach(
        (name, layer) -> {
          Partition partition = LayerCut.partition(layer, method, refined, experts, seed);
          captured.add(
              Arrays.stream(SHARES)
                  .mapToInt(share -> (int) Math.max(1, Math.round(share * experts)))
                  .mapToObj(k -> held.get(name).captured(partition, k))
                  .toList());
        });
    return new Result(method, refined, Arrays.stream(SHARES).boxed().toList(), captured);
  }

  private void toStatistics(Tokens seen) {
    if (seen.half() == Half.DECODER) {
      statistics.get(LayerName.of(seen)).add(seen);
    }
  }

  private void toHeld(Tokens seen) {
    if (seen.half() == Half.DECODER) {
      ContributionSample sample = held.get(LayerName.of(seen));
      for (int row = 0; row < seen.rows() && sample.tokens() < SAMPLE; row++) {
        sample.add(seen.activations(), row * seen.neurons());
      }
    }
  }
}
