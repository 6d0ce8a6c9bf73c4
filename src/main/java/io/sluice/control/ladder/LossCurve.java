package io.sluice.control.ladder;

/**
 * BLEU points lost as a function of the change in cross-entropy, through the origin: {@code a·x +
 * b·x²} with neither below 0. BLEU on a few thousand sentences is too noisy to order neighbouring
 * levels, cross-entropy is not.
 *
 * @param linear a, points for each nat
 * @param quadratic b
 */
public record LossCurve(double linear, double quadratic) {

  /**
   * Fits the curve by least squares.
   *
   * @param changes in cross-entropy, nats a token
   * @param losses BLEU points, as many
   */
  public static LossCurve fit(double[] changes, double[] losses) {
    double s2 = 0;
    double s3 = 0;
    double s4 = 0;
    double y1 = 0;
    double y2 = 0;
    for (int i = 0; i < changes.length; i++) {
      double x = changes[i];
      s2 += x * x;
      s3 += x * x * x;
      s4 += x * x * x * x;
      y1 += x * losses[i];
      y2 += x * x * losses[i];
    }
    double determinant = s2 * s4 - s3 * s3;
    double a = determinant <= 0 ? -1 : (y1 * s4 - y2 * s3) / determinant;
    double b = determinant <= 0 ? -1 : (y2 * s2 - y1 * s3) / determinant;
    if (a >= 0 && b >= 0) {
      return new LossCurve(a, b);
    }
    return a < 0 && b > 0 && s4 > 0
        ? new LossCurve(0, Math.max(0, y2 / s4))
        : new LossCurve(s2 == 0 ? 0 : Math.max(0, y1 / s2), 0);
  }

  /** The loss at a change; 0 where cross-entropy does not grow. */
  public double at(double change) {
    double x = Math.max(0, change);
    return linear * x + quadratic * x * x;
  }
}
