package io.sluice.nn;

import io.sluice.tensor.MatrixBackend;
import io.sluice.tensor.WeightMatrix;

/**
 * Token embedding scaled by √D plus sinusoidal positions, and the output projection that shares its
 * weights. The sinusoids are M2M100's: position 0 of a sequence has index 2, sines in the first
 * half of the width, cosines in the second. Immutable and thread-safe.
 */
public final class Embedding {
  private static final int FIRST_POSITION = 2;
  private static final int KEPT_POSITIONS = 256;

  private final float[] table; // (V, D)
  private final WeightMatrix projection; // (V, D)
  private final int vocabulary;
  private final int width;
  private final float scale;
  private final double[] frequencies; // (D / 2)
  private final float[] sinusoids; // (kept positions, D)

  /**
   * @param table shape (V, D), row-major; kept, not copied
   * @param scaled true if embeddings are multiplied by √D
   */
  public Embedding(
      MatrixBackend backend, float[] table, int vocabulary, int width, boolean scaled) {
    this.table = table;
    this.vocabulary = vocabulary;
    this.width = width;
    this.scale = scaled ? (float) Math.sqrt(width) : 1f;
    this.projection = backend.weight("output_projection", table, null, vocabulary, width);
    this.frequencies = new double[width / 2];
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = Math.exp(-i * Math.log(10000) / (frequencies.length - 1));
    }
    this.sinusoids = new float[KEPT_POSITIONS * width];
    for (int position = 0; position < KEPT_POSITIONS; position++) {
      for (int i = 0; i < width; i++) {
        sinusoids[position * width + i] = sinusoid(position, i);
      }
    }
  }

  public int vocabulary() {
    return vocabulary;
  }

  /**
   * Writes the embedding of one token at one position.
   *
   * @param token id, 0 to V − 1
   * @param position in its sequence, counted from 0
   * @param out receives D values from {@code to}
   */
  public void write(int token, int position, float[] out, int to) {
    int from = token * width;
    if (position >= KEPT_POSITIONS) {
      for (int i = 0; i < width; i++) {
        out[to + i] = table[from + i] * scale + sinusoid(position, i);
      }
      return;
    }
    int at = position * width;
    for (int i = 0; i < width; i++) {
      out[to + i] = table[from + i] * scale + sinusoids[at + i];
    }
  }

  private float sinusoid(int position, int i) {
    int half = frequencies.length;
    double angle = (position + FIRST_POSITION) * frequencies[i % half];
    return (float) (i < half ? Math.sin(angle) : Math.cos(angle));
  }

  /** Writes the scaled embedding of a token without a position: D values from {@code to}. */
  public void writeToken(int token, float[] out, int to) {
    for (int i = 0; i < width; i++) {
      out[to + i] = table[token * width + i] * scale;
    }
  }

  /** The output projection, shape (V, D). */
  public WeightMatrix projection() {
    return projection;
  }
}
