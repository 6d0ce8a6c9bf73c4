package io.sluice.moe.router;

import io.sluice.moe.ExpertLayer;
import io.sluice.moe.Router;
import io.sluice.nn.Workspace;

/**
 * Ranks experts by the cosine between the token and the centroid of what their neurons read, rows
 * of W1 scaled to length 1: the router without training of MoEfication (arXiv 2110.01786, section
 * 3.3). It does not see the bias. Immutable and thread-safe.
 */
public final class CentroidSimilarity implements Router {
  private final int experts;
  private final int width;
  private final float[] centroids; // (N, D), length 1

  /** Of a layer. */
  public CentroidSimilarity(ExpertLayer layer) {
    this.experts = layer.experts();
    this.width = layer.width();
    this.centroids = new float[experts * width];
    for (int neuron = 0; neuron < layer.neurons(); neuron++) {
      float scale = inverseLength(layer.reads(), neuron * width, width);
      int to = neuron / layer.size() * width;
      for (int d = 0; d < width; d++) {
        centroids[to + d] += scale * layer.reads()[neuron * width + d];
      }
    }
    for (int expert = 0; expert < experts; expert++) {
      float scale = inverseLength(centroids, expert * width, width);
      for (int d = 0; d < width; d++) {
        centroids[expert * width + d] *= scale;
      }
    }
  }

  @Override
  public int experts() {
    return experts;
  }

  @Override
  public void scores(float[] x, int rows, Workspace workspace, float[] scores) {
    for (int row = 0; row < rows; row++) {
      float scale = inverseLength(x, row * width, width);
      for (int expert = 0; expert < experts; expert++) {
        float product = 0;
        for (int d = 0; d < width; d++) {
          product += x[row * width + d] * centroids[expert * width + d];
        }
        scores[row * experts + expert] = scale * product;
      }
    }
  }

  /** Of a vector; 0 for the zero vector. */
  private static float inverseLength(float[] values, int from, int width) {
    double squares = 0;
    for (int d = from; d < from + width; d++) {
      squares += (double) values[d] * values[d];
    }
    return squares > 0 ? (float) (1 / Math.sqrt(squares)) : 0;
  }
}
