package io.sluice.quality;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;

/**
 * The estimator of one direction: a linear model on standardised features and their squares, then a
 * monotone piecewise linear map to chrF. Immutable.
 *
 * @param names the features, as in {@link QualityFeatures#NAMES}
 * @param means of the features
 * @param deviations of the features, positive
 * @param weights of the standardised features
 * @param squareWeights of their squares
 * @param intercept of the linear model
 * @param knots predictions of the linear model, ascending; empty: the prediction is only clamped
 * @param values scores at the knots, ascending, 0 to 1
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record DirectionModel(
    List<String> names,
    List<Double> means,
    List<Double> deviations,
    List<Double> weights,
    List<Double> squareWeights,
    double intercept,
    List<Double> knots,
    List<Double> values) {
  private static final double LARGEST_DEVIATION = 4;

  public DirectionModel {
    names = List.copyOf(names);
    means = List.copyOf(means);
    deviations = List.copyOf(deviations);
    weights = List.copyOf(weights);
    squareWeights = List.copyOf(squareWeights);
    knots = List.copyOf(knots);
    values = List.copyOf(values);
    int size = QualityFeatures.NAMES.size();
    if (!names.equals(QualityFeatures.NAMES)
        || means.size() != size
        || deviations.size() != size
        || weights.size() != size
        || squareWeights.size() != size
        || knots.size() != values.size()) {
      throw new IllegalArgumentException("calibration does not fit the features of this version");
    }
  }

  /** Expected chrF against the best reference, 0 to 1. */
  double score(QualityFeatures features) {
    return clamp(PiecewiseLinear.at(knots, values, linear(features)));
  }

  /** The prediction before the monotone map. */
  double linear(QualityFeatures features) {
    double[] vector = features.vector();
    double sum = intercept;
    for (int i = 0; i < vector.length; i++) {
      double z = standardised(vector[i], means.get(i), deviations.get(i));
      sum += weights.get(i) * z + squareWeights.get(i) * z * z;
    }
    return sum;
  }

  static double standardised(double value, double mean, double deviation) {
    double z = (value - mean) / deviation;
    return Math.max(-LARGEST_DEVIATION, Math.min(LARGEST_DEVIATION, z));
  }

  private static double clamp(double value) {
    return Math.max(0, Math.min(1, value));
  }
}
