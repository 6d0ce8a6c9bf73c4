package io.sluice.moe.router;

import io.sluice.moe.ExpertLayer;
import java.util.Arrays;

/** What each expert of a layer adds to its output. Immutable and thread-safe. */
public final class ExpertOutputs {
  private final ExpertLayer layer;

  /** Of a layer. */
  public ExpertOutputs(ExpertLayer layer) {
    this.layer = layer;
  }

  /** Values of one result, N · D. */
  public int length() {
    return layer.experts() * layer.width();
  }

  /**
   * What the experts add for one token; neurons that do not fire cost nothing.
   *
   * @param activations F values from {@code from}
   * @return shape (N, D)
   */
  public float[] of(float[] activations, int from) {
    float[] outputs = new float[length()];
    float[] writes = layer.writes();
    int width = layer.width();
    int size = layer.size();
    for (int neuron = 0; neuron < layer.neurons(); neuron++) {
      float activation = activations[from + neuron];
      if (activation != 0) {
        int to = neuron / size * width;
        int at = neuron * width;
        for (int d = 0; d < width; d++) {
          outputs[to + d] += activation * writes[at + d];
        }
      }
    }
    return outputs;
  }

  /**
   * How far the experts' outputs are from their means.
   *
   * @param means shape (N, D)
   * @param outputs shape (N, D), unchanged
   * @return shape (N, D)
   */
  static float[] deviations(float[] outputs, float[] means) {
    float[] deviations = Arrays.copyOf(outputs, outputs.length);
    for (int i = 0; i < deviations.length; i++) {
      deviations[i] -= means[i];
    }
    return deviations;
  }

  /**
   * Contribution of each expert: the length of what it adds less what its mean adds.
   *
   * @param outputs shape (N, D)
   * @param means shape (N, D)
   * @return shape (N)
   */
  public float[] contributions(float[] outputs, float[] means) {
    float[] contributions = new float[layer.experts()];
    int width = layer.width();
    for (int expert = 0; expert < contributions.length; expert++) {
      double squares = 0;
      for (int i = expert * width; i < (expert + 1) * width; i++) {
        double deviation = outputs[i] - means[i];
        squares += deviation * deviation;
      }
      contributions[expert] = (float) Math.sqrt(squares);
    }
    return contributions;
  }
}
