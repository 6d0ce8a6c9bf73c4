package io.sluice.moe;

/**
 * What a row starts from: b2 and, for each expert that it does not run, what that expert writes on
 * average. Immutable and thread-safe.
 */
final class SkippedOutputs {
  private final float[][] outputs; // (N, D)
  private final float[] bias; // b2: (D)
  private final float[] all; // (D): b2 and the outputs of all experts

  /** Experts whose neurons have these mean activations, shape (F). */
  SkippedOutputs(ExpertLayer layer, float[] means) {
    this.outputs = layer.outputs(means);
    this.bias = layer.writeBias().clone();
    this.all = bias.clone();
    for (float[] output : outputs) {
      add(output, 1f, all, 0);
    }
  }

  /**
   * Writes the start of one row. It is summed from the skipped or from the chosen experts,
   * whichever are fewer.
   *
   * @param chosen N marks from {@code from}: 1 for chosen, else 0
   * @param k how many are chosen
   * @param y receives D values from {@code to}
   */
  void write(byte[] chosen, int from, int k, float[] y, int to) {
    boolean few = k < outputs.length - k;
    System.arraycopy(few ? all : bias, 0, y, to, bias.length);
    for (int expert = 0; expert < outputs.length; expert++) {
      if ((chosen[from + expert] == 1) == few) {
        add(outputs[expert], few ? -1f : 1f, y, to);
      }
    }
  }

  /**
   * For each k the start of a row that runs the first k experts of an order.
   *
   * @param order experts, first to last
   * @return shape (N + 1, D)
   */
  float[][] ofPrefixes(int[] order) {
    float[][] starts = new float[order.length + 1][];
    starts[order.length] = bias.clone();
    for (int k = order.length - 1; k >= 0; k--) {
      starts[k] = starts[k + 1].clone();
      add(outputs[order[k]], 1f, starts[k], 0);
    }
    return starts;
  }

  private static void add(float[] output, float scale, float[] y, int to) {
    for (int d = 0; d < output.length; d++) {
      y[to + d] += scale * output[d];
    }
  }
}
