package io.sluice.moefy;

import io.sluice.moefy.ActivationRun.Tokens;

/**
 * What routers of one layer learn from: for each token the layer's input, the contribution of each
 * expert and its mass. The last tenth is held out. Not thread-safe.
 */
final class RouterSamples implements AutoCloseable {
  private final ExpertContributions contributions;
  private final RowFile rows;
  private final int width;
  private final int experts;
  private final float[] row;

  RouterSamples(ExpertContributions contributions, int width) {
    this.contributions = contributions;
    this.width = width;
    this.experts = contributions.experts();
    this.row = new float[width + 2 * experts];
    this.rows = new RowFile(row.length);
  }

  /** Adds the tokens of one call. */
  void add(Tokens seen) {
    int size = seen.neurons() / experts;
    for (int token = 0; token < seen.rows(); token++) {
      System.arraycopy(seen.inputs(), token * width, row, 0, width);
      int from = token * seen.neurons();
      contributions.measure(seen.activations(), from, row, width);
      for (int expert = 0; expert < experts; expert++) {
        float mass = 0;
        for (int i = 0; i < size; i++) {
          mass += seen.activations()[from + expert * size + i];
        }
        row[width + experts + expert] = mass;
      }
      rows.append(row);
    }
  }

  /** D. */
  int width() {
    return width;
  }

  /** N. */
  int experts() {
    return experts;
  }

  /** Tokens to learn from: rows 0 to this. */
  int training() {
    return rows.rows() - rows.rows() / 10;
  }

  /** All tokens. */
  int count() {
    return rows.rows();
  }

  /** Floats of a row: D inputs, N contributions, N masses. */
  int rowWidth() {
    return row.length;
  }

  /** Reads one row into {@code values} from {@code to}. */
  void read(int index, float[] values, int to) {
    rows.read(index, values, to);
  }

  @Override
  public void close() {
    rows.close();
  }
}
