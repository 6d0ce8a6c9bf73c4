package io.sluice.moe.router;

/**
 * Squared error of one token's output as a function of the experts that are skipped, when constants
 * stand in for them: the sum of the Gram matrix of their deviations over all pairs of skipped
 * experts. Not thread-safe.
 */
public final class SkippingError {
  private final int experts;
  private final double[] gram; // (N, N)

  /**
   * Of a token.
   *
   * @param outputs shape (N, D): what the experts add
   * @param means shape (N, D): what stands in for them
   */
  public SkippingError(float[] outputs, float[] means, int experts) {
    this.experts = experts;
    this.gram = new double[experts * experts];
    float[] deviations = ExpertOutputs.deviations(outputs, means);
    int width = outputs.length / experts;
    for (int a = 0; a < experts; a++) {
      for (int b = 0; b <= a; b++) {
        float sum = 0;
        for (int d = 0; d < width; d++) {
          sum += deviations[a * width + d] * deviations[b * width + d];
        }
        gram[a * experts + b] = sum;
        gram[b * experts + a] = sum;
      }
    }
  }

  /** Squared length of the error; {@code chosen} holds N marks from {@code from}. */
  public double of(byte[] chosen, int from) {
    double sum = 0;
    for (int a = 0; a < experts; a++) {
      if (chosen[from + a] == 0) {
        sum += gram[a * experts + a];
        for (int b = 0; b < a; b++) {
          if (chosen[from + b] == 0) {
            sum += 2 * gram[a * experts + b];
          }
        }
      }
    }
    return Math.max(0, sum);
  }

  /** Product of two experts' deviations. */
  double product(int a, int b) {
    return gram[a * experts + b];
  }

  int experts() {
    return experts;
  }
}
