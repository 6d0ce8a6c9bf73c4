package io.sluice.cost;

import java.util.Arrays;
import java.util.List;

/**
 * A straight line fitted to times of batches: so much for each unit (a batch, or a step), and so
 * much for each token.
 *
 * @param fixedMillis milliseconds for each unit, at least 0
 * @param tokenMillis milliseconds for each token, at least 0
 * @param medianError median of the errors, each as a share of the time that was measured
 * @param largeError the 90th percentile of these
 */
public record TimeLine(
    double fixedMillis, double tokenMillis, double medianError, double largeError) {

  /**
   * One measured batch.
   *
   * @param units 1 for a batch, or its number of steps
   * @param tokens its tokens
   * @param millis what it took, milliseconds, more than 0
   */
  public record Point(double units, double tokens, double millis) {}

  /**
   * The line with the least sum of squared relative errors, so that small batches count as much as
   * large ones; neither coefficient is negative.
   *
   * @param points at least one
   */
  public static TimeLine fit(List<Point> points) {
    if (points.isEmpty()) {
      throw new IllegalArgumentException("no times to fit a line to");
    }
    double uu = 0;
    double ut = 0;
    double tt = 0;
    double u = 0;
    double t = 0;
    for (Point point : points) {
      double units = point.units / point.millis;
      double tokens = point.tokens / point.millis;
      uu += units * units;
      ut += units * tokens;
      tt += tokens * tokens;
      u += units;
      t += tokens;
    }
    double determinant = uu * tt - ut * ut;
    double fixed = determinant > 1e-9 * uu * tt ? (u * tt - t * ut) / determinant : 0;
    double token = determinant > 1e-9 * uu * tt ? (t * uu - u * ut) / determinant : t / tt;
    if (fixed < 0 || token < 0) {
      boolean tokensOnly = fixed < 0;
      fixed = tokensOnly ? 0 : u / uu;
      token = tokensOnly ? t / tt : 0;
    }
    return judged(fixed, token, points);
  }

  private static TimeLine judged(double fixed, double token, List<Point> points) {
    double[] errors = new double[points.size()];
    for (int i = 0; i < errors.length; i++) {
      Point point = points.get(i);
      double fitted = fixed * point.units + token * point.tokens;
      errors[i] = Math.abs(fitted - point.millis) / point.millis;
    }
    Arrays.sort(errors);
    return new TimeLine(
        fixed, token, errors[(errors.length - 1) / 2], errors[(errors.length - 1) * 9 / 10]);
  }

  /** Milliseconds of a batch. */
  public double millis(double units, double tokens) {
    return fixedMillis * units + tokenMillis * tokens;
  }
}
