package io.sluice.moefy;

/** Adds up how well one way of choosing k experts does in a layer. Not thread-safe. */
final class RouterMeasure {
  private final int k;
  private final float[] standIns; // (N, D)
  private final double[] error;
  private final double[] bareError;
  private double mass;
  private double contribution;
  private double massRecall;
  private double contributionRecall;
  private double errors;
  private double bareErrors;
  private long tokens;
  private long heard; // tokens with an output

  /**
   * @param standIns shape (N, D): what is added for experts that are skipped
   * @param width D
   */
  RouterMeasure(int k, float[] standIns, int width) {
    this.k = k;
    this.standIns = standIns;
    this.error = new double[width];
    this.bareError = new double[width];
  }

  /**
   * A token in a layer.
   *
   * @param outputs shape (N, D)
   * @param masses shape (N)
   * @param contributions shape (N)
   * @param length of the output without bias
   */
  @SuppressWarnings("ArrayRecordComponent") // lives for one call, never compared
  record Token(float[] outputs, float[] masses, float[] contributions, double length) {}

  /**
   * Adds a token.
   *
   * @param chosen N marks from {@code from}
   * @param byMass N marks: the best by mass
   * @param byContribution N marks: the best by contribution
   */
  void add(Token token, byte[] chosen, int from, byte[] byMass, byte[] byContribution) {
    tokens++;
    mass += captured(token.masses, chosen, from);
    contribution += captured(token.contributions, chosen, from);
    massRecall += recall(chosen, from, byMass);
    contributionRecall += recall(chosen, from, byContribution);
    if (token.length > 0) {
      heard++;
      addError(token, chosen, from);
    }
  }

  /** Means of all tokens. */
  RouterReport.Point result() {
    return new RouterReport.Point(
        k,
        mass / tokens,
        contribution / tokens,
        massRecall / tokens,
        contributionRecall / tokens,
        errors / heard,
        bareErrors / heard);
  }

  private static double captured(float[] values, byte[] chosen, int from) {
    double all = 0;
    double part = 0;
    for (int expert = 0; expert < values.length; expert++) {
      all += values[expert];
      part += chosen[from + expert] * values[expert];
    }
    return all > 0 ? part / all : 1;
  }

  private double recall(byte[] chosen, int from, byte[] best) {
    int both = 0;
    for (int expert = 0; expert < best.length; expert++) {
      both += chosen[from + expert] & best[expert];
    }
    return (double) both / k;
  }

  private void addError(Token token, byte[] chosen, int from) {
    int width = error.length;
    java.util.Arrays.fill(error, 0);
    java.util.Arrays.fill(bareError, 0);
    for (int expert = 0; expert < token.masses.length; expert++) {
      if (chosen[from + expert] == 0) {
        for (int d = 0; d < width; d++) {
          double output = token.outputs[expert * width + d];
          bareError[d] += output;
          error[d] += output - standIns[expert * width + d];
        }
      }
    }
    errors += length(error) / token.length;
    bareErrors += length(bareError) / token.length;
  }

  /** Euclidean. */
  static double length(double[] values) {
    double squares = 0;
    for (double value : values) {
      squares += value * value;
    }
    return Math.sqrt(squares);
  }
}
