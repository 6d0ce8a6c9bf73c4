package io.sluice.quality;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * The estimator of one direction. Two models look at the same standardised features: one estimates
 * chrF as if the input were a sentence of the source language, through a monotone piecewise linear
 * map; the other estimates how likely that is. The score is their product. Immutable.
 *
 * @param names the features, as in {@link QualityFeatures#NAMES}
 * @param means of the features
 * @param deviations of the features, positive
 * @param quality estimates chrF
 * @param knots predictions of the quality model, ascending; empty: the prediction is only clamped
 * @param values scores at the knots, ascending, 0 to 1
 * @param trust log-odds that the input can be translated at all; null: taken for granted
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DirectionModel(
    List<String> names,
    List<Double> means,
    List<Double> deviations,
    LinearModel quality,
    List<Double> knots,
    List<Double> values,
    LinearModel trust) {
  private static final double LARGEST_DEVIATION = 4;

  public DirectionModel {
    names = List.copyOf(names);
    means = List.copyOf(means);
    deviations = List.copyOf(deviations);
    knots = List.copyOf(knots);
    values = List.copyOf(values);
    if (!names.equals(QualityFeatures.NAMES)
        || means.size() != names.size()
        || deviations.size() != names.size()
        || quality == null
        || !fits(quality)
        || (trust != null && !fits(trust))
        || knots.size() != values.size()) {
      throw new IllegalArgumentException("calibration does not fit the features of this version");
    }
  }

  private static boolean fits(LinearModel model) {
    int size = QualityFeatures.NAMES.size();
    return model.weights().size() == size && model.squareWeights().size() == size;
  }

  /** Expected chrF against the best reference, 0 to 1. */
  double score(QualityFeatures features) {
    double[] z = standardised(features.vector(), means, deviations);
    double expected = clamp(PiecewiseLinear.at(knots, values, quality.at(z)));
    return trust == null ? expected : expected * LogisticRegression.probability(trust.at(z));
  }

  static double[] standardised(double[] vector, List<Double> means, List<Double> deviations) {
    double[] z = new double[vector.length];
    for (int i = 0; i < z.length; i++) {
      double value = (vector[i] - means.get(i)) / deviations.get(i);
      z[i] = Math.max(-LARGEST_DEVIATION, Math.min(LARGEST_DEVIATION, value));
    }
    return z;
  }

  private static double clamp(double value) {
    return Math.max(0, Math.min(1, value));
  }
}
