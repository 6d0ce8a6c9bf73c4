package io.sluice.moe.router;

import io.sluice.moe.ExpertLayer;
import io.sluice.nn.Linear;
import io.sluice.tensor.MatrixBackend;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Fits {@link RepresentativeNeurons}: the neurons of each expert whose contributions vary most
 * stand for it, and least squares give what they and the token say about the contribution of each
 * expert. One pass over a text, nothing of it is kept. Not thread-safe.
 */
public final class RepresentativeFit {
  private static final double RIDGE = 1e-4;

  private final ExpertLayer layer;
  private final ExpertOutputs outputs;
  private final float[] means; // (N, D)
  private final int[] representatives; // ascending
  private final LeastSquares squares;

  /**
   * @param means shape (N, D): what stands in for experts that are skipped
   * @param variances shape (F): of each neuron's contribution
   * @param each representatives of an expert, 0 to F/N; with 0 the token alone is looked at
   */
  public RepresentativeFit(ExpertLayer layer, float[] means, double[] variances, int each) {
    this.layer = layer;
    this.outputs = new ExpertOutputs(layer);
    this.means = means.clone();
    List<Integer> chosen = new ArrayList<>();
    for (int expert = 0; expert < layer.experts(); expert++) {
      IntStream.range(expert * layer.size(), (expert + 1) * layer.size())
          .boxed()
          .sorted(Comparator.comparingDouble(neuron -> -variances[neuron]))
          .limit(each)
          .sorted()
          .forEach(chosen::add);
    }
    this.representatives = chosen.stream().mapToInt(Integer::intValue).toArray();
    this.squares = new LeastSquares(layer.width() + representatives.length, layer.experts());
  }

  /**
   * Adds a token.
   *
   * @param x D values from {@code row} · D: what the layer is given
   * @param activations F values from {@code row} · F
   */
  public void add(float[] x, float[] activations, int row) {
    int width = layer.width();
    int from = row * layer.neurons();
    float[] features = new float[width + representatives.length];
    System.arraycopy(x, row * width, features, 0, width);
    for (int i = 0; i < representatives.length; i++) {
      features[width + i] = activations[from + representatives[i]];
    }
    squares.add(features, outputs.contributions(outputs.of(activations, from), means));
  }

  /**
   * The router.
   *
   * @param backend holds its weights
   */
  public RepresentativeNeurons router(MatrixBackend backend) {
    int width = layer.width();
    int count =
        Math.max(1, representatives.length); // one neuron that never fires, if there is none
    float[] reads = new float[count * width];
    float[] bias = new float[count];
    for (int i = 0; i < representatives.length; i++) {
      System.arraycopy(layer.reads(), representatives[i] * width, reads, i * width, width);
      bias[i] = layer.readBias()[representatives[i]];
    }
    int experts = layer.experts();
    int known = width + representatives.length;
    double[] solution = squares.solve(RIDGE);
    float[] weights = new float[experts * (width + count)];
    float[] constants = new float[experts];
    for (int expert = 0; expert < experts; expert++) {
      for (int feature = 0; feature < known; feature++) {
        weights[expert * (width + count) + feature] = (float) solution[feature * experts + expert];
      }
      constants[expert] = (float) solution[known * experts + expert];
    }
    return new RepresentativeNeurons(
        new Linear(backend, reads, bias), new Linear(backend, weights, constants));
  }
}
