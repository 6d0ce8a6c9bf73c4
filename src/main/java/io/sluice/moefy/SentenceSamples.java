package io.sluice.moefy;

import io.sluice.moefy.ActivationRun.Tokens;
import java.util.ArrayList;
import java.util.List;

/**
 * What plans are learnt from: for each sentence the features that gates see and, for each layer,
 * the share of the squared contribution of each expert. Not thread-safe.
 */
final class SentenceSamples {
  private final int width;
  private final List<float[]> features = new ArrayList<>();
  private final List<List<float[]>> shares = new ArrayList<>(); // of each layer: (N) sums
  private final int[] experts;
  private int first;

  /**
   * @param width of a row of features
   * @param experts N of each decoder layer
   */
  SentenceSamples(int width, int[] experts) {
    this.width = width;
    this.experts = experts.clone();
    for (int layer = 0; layer < experts.length; layer++) {
      shares.add(new ArrayList<>());
    }
  }

  /** A batch begins. */
  void begin(int sentences, float[] batchFeatures) {
    first = features.size();
    for (int sentence = 0; sentence < sentences; sentence++) {
      float[] row = new float[width];
      System.arraycopy(batchFeatures, sentence * width, row, 0, width);
      features.add(row);
      for (int layer = 0; layer < experts.length; layer++) {
        shares.get(layer).add(new float[experts[layer]]);
      }
    }
  }

  /** Adds the tokens of one call in a decoder layer. */
  void add(Tokens seen, ExpertContributions contributions) {
    float[] values = new float[contributions.experts()];
    for (int row = 0; row < seen.rows(); row++) {
      contributions.measure(seen.activations(), row * seen.neurons(), values, 0);
      float[] sums = shares.get(seen.layer()).get(first + seen.sentences()[row]);
      for (int e = 0; e < sums.length; e++) {
        sums[e] += values[e] * values[e];
      }
    }
  }

  /** Features of each sentence, shape (S, width). */
  float[][] features() {
    return features.toArray(float[][]::new);
  }

  /** Shares of one layer, shape (S, N); each row sums to 1, or is 0. */
  float[][] shares(int layer) {
    float[][] rows = new float[features.size()][];
    for (int s = 0; s < rows.length; s++) {
      float[] sums = shares.get(layer).get(s);
      float total = 0;
      for (float sum : sums) {
        total += sum;
      }
      rows[s] = new float[sums.length];
      for (int e = 0; e < sums.length && total > 0; e++) {
        rows[s][e] = sums[e] / total;
      }
    }
    return rows;
  }
}
