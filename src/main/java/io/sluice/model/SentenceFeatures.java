package io.sluice.model;

import io.sluice.nn.Embedding;
import io.sluice.nn.Workspace;
import io.sluice.nn.Workspace.Use;
import java.util.Arrays;

/**
 * What is known of a sentence before it is decoded: mean and maximum of its encoder states, and the
 * embedding of its target language, 3 D values. Pure functions.
 */
public final class SentenceFeatures {
  private SentenceFeatures() {}

  /** Width of a row of features: 3 D. */
  public static int width(int d) {
    return 3 * d;
  }

  /**
   * @param width D
   * @param languages token id of the target language of each row
   * @return shape (rows, 3 D), scratch memory of the workspace
   */
  static float[] of(
      EncoderOutput encoded, int width, int[] languages, Embedding embedding, Workspace workspace) {
    int columns = width(width);
    float[] features = workspace.array(Use.FEATURES, encoded.rows() * columns);
    float[] states = encoded.states();
    for (int row = 0; row < encoded.rows(); row++) {
      int mean = row * columns;
      int top = mean + width;
      Arrays.fill(features, mean, top, 0f);
      Arrays.fill(features, top, top + width, Float.NEGATIVE_INFINITY);
      int first = encoded.offsets()[row];
      int length = encoded.length(row);
      for (int s = first; s < first + length; s++) {
        for (int d = 0; d < width; d++) {
          float value = states[s * width + d];
          features[mean + d] += value;
          features[top + d] = Math.max(features[top + d], value);
        }
      }
      for (int d = 0; d < width; d++) {
        features[mean + d] /= length;
      }
      embedding.writeToken(languages[row], features, top + width);
    }
    return features;
  }
}
