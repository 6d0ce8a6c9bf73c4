package io.sluice.quality;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.ArrayList;
import java.util.List;

/**
 * A linear model of standardised features and their squares. Immutable.
 *
 * @param weights of the standardised features
 * @param squareWeights of their squares
 * @param intercept added
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record LinearModel(List<Double> weights, List<Double> squareWeights, double intercept) {

  public LinearModel {
    weights = List.copyOf(weights);
    squareWeights = List.copyOf(squareWeights);
  }

  /**
   * From a fit to {@link #design}.
   *
   * @param fitted weights of the features, then of their squares
   */
  static LinearModel of(double[] fitted, double intercept) {
    List<Double> all = new ArrayList<>();
    for (double weight : fitted) {
      all.add(weight);
    }
    int size = fitted.length / 2;
    return new LinearModel(all.subList(0, size), all.subList(size, 2 * size), intercept);
  }

  /** The columns that a model has weights for: the standardised features, then their squares. */
  static double[] design(double[] standardised) {
    int size = standardised.length;
    double[] row = new double[2 * size];
    for (int i = 0; i < size; i++) {
      row[i] = standardised[i];
      row[size + i] = standardised[i] * standardised[i];
    }
    return row;
  }

  double at(double[] standardised) {
    double sum = intercept;
    for (int i = 0; i < standardised.length; i++) {
      double z = standardised[i];
      sum += weights.get(i) * z + squareWeights.get(i) * z * z;
    }
    return sum;
  }
}
