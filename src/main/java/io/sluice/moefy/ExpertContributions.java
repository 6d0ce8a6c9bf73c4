package io.sluice.moefy;

import io.sluice.moe.ExpertLayer;

/**
 * What each expert of a layer adds to the output at a token: the length of {@code Σ a_i w_i} over
 * its neurons, or of {@code Σ (a_i − ā_i) w_i}, what is lost when the expert is skipped and a mean
 * stands in. Routers that choose for each token learn the first, the regression target of D2DMoE
 * (arXiv 2310.04361): measured on text held out they then lose less, although means stand in,
 * because the second ranks an expert that is always loud and happens to be silent above one that
 * speaks. Plans learn the second: their means are those of the sentence's kind. Immutable and
 * thread-safe.
 */
final class ExpertContributions {
  private final int experts;
  private final int size;
  private final float[] products; // (N, s, s): dot products of rows of W2 within an expert
  private final float[] withMean; // (F): row of W2 times its expert's mean output
  private final float[] meanSquares; // (N)

  /**
   * @param means ā, shape (F); zeros for the length of the output itself
   */
  ExpertContributions(ExpertLayer layer, float[] means) {
    this.experts = layer.experts();
    this.size = layer.size();
    this.products = new float[experts * size * size];
    this.withMean = new float[experts * size];
    this.meanSquares = new float[experts];
    for (int expert = 0; expert < experts; expert++) {
      fill(layer, means, expert);
    }
  }

  private void fill(ExpertLayer layer, float[] means, int expert) {
    int first = expert * size;
    for (int i = 0; i < size; i++) {
      double sum = 0;
      for (int j = 0; j < size; j++) {
        float product = dot(layer.writes(), first + i, first + j, layer.width());
        products[(first + i) * size + j] = product;
        sum += (double) product * means[first + j];
      }
      withMean[first + i] = (float) sum;
    }
    double square = 0;
    for (int i = 0; i < size; i++) {
      square += (double) means[first + i] * withMean[first + i];
    }
    meanSquares[expert] = (float) square;
  }

  private static float dot(float[] rows, int a, int b, int width) {
    double sum = 0;
    for (int d = 0; d < width; d++) {
      sum += (double) rows[a * width + d] * rows[b * width + d];
    }
    return (float) sum;
  }

  /** N. */
  int experts() {
    return experts;
  }

  /**
   * The contributions at one token.
   *
   * @param activations holds F values from {@code from}
   * @param contributions receives N values from {@code to}
   */
  void measure(float[] activations, int from, float[] contributions, int to) {
    int[] active = new int[size];
    for (int expert = 0; expert < experts; expert++) {
      int first = expert * size;
      int count = 0;
      for (int i = 0; i < size; i++) {
        if (activations[from + first + i] != 0) {
          active[count++] = i;
        }
      }
      double square = meanSquares[expert];
      for (int m = 0; m < count; m++) {
        int i = first + active[m];
        double inner = -2 * withMean[i];
        for (int n = 0; n < count; n++) {
          inner += (double) activations[from + first + active[n]] * products[i * size + active[n]];
        }
        square += activations[from + i] * inner;
      }
      contributions[to + expert] = (float) Math.sqrt(Math.max(0, square));
    }
  }
}
