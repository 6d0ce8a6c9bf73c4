package io.sluice.quality;

import io.sluice.domain.LanguagePair;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Fits the estimator: ridge regression, then isotonic regression of chrF on its predictions. Pure
 * functions, deterministic.
 */
public final class QualityCalibrator {
  private static final double RIDGE = 1;
  private static final double SMALLEST_DEVIATION = 1e-6;
  private static final int GROUPS = 50;

  private QualityCalibrator() {}

  /**
   * One translation whose quality is known. Input that is not in the source language counts too,
   * with a quality of 0 to 0.1.
   *
   * @param languages direction
   * @param features what the estimator will see
   * @param quality chrF against the best reference, 0 to 1
   */
  public record Example(LanguagePair languages, QualityFeatures features, double quality) {}

  /**
   * Fits a model for each direction among the examples.
   *
   * @param method name and version, as results will state it
   * @param languages profiles that the features were computed with
   * @param examples at least two for a direction; in any order
   */
  public static Calibration fit(
      String method, Map<String, LanguageProfile> languages, List<Example> examples) {
    Map<String, List<Example>> byDirection = new TreeMap<>();
    for (Example example : examples) {
      byDirection
          .computeIfAbsent(example.languages().toString(), key -> new ArrayList<>())
          .add(example);
    }
    Map<String, DirectionModel> models = new TreeMap<>();
    byDirection.forEach((direction, own) -> models.put(direction, fit(own)));
    return new Calibration(method, models, languages);
  }

  private static DirectionModel fit(List<Example> examples) {
    int size = QualityFeatures.NAMES.size();
    double[][] rows = examples.stream().map(e -> e.features().vector()).toArray(double[][]::new);
    double[] targets = examples.stream().mapToDouble(Example::quality).toArray();
    List<Double> means = new ArrayList<>();
    List<Double> deviations = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      double mean = 0;
      double square = 0;
      for (double[] row : rows) {
        mean += row[i] / rows.length;
      }
      for (double[] row : rows) {
        square += (row[i] - mean) * (row[i] - mean) / rows.length;
      }
      means.add(mean);
      deviations.add(Math.max(SMALLEST_DEVIATION, Math.sqrt(square)));
    }
    double[][] design = new double[rows.length][2 * size];
    for (int r = 0; r < rows.length; r++) {
      for (int i = 0; i < size; i++) {
        double z = DirectionModel.standardised(rows[r][i], means.get(i), deviations.get(i));
        design[r][i] = z;
        design[r][size + i] = z * z;
      }
    }
    Ridge.Fit fit = Ridge.fit(design, targets, RIDGE);
    List<Double> weights = new ArrayList<>();
    for (double weight : fit.weights()) {
      weights.add(weight);
    }
    DirectionModel linear =
        new DirectionModel(
            QualityFeatures.NAMES,
            means,
            deviations,
            weights.subList(0, size),
            weights.subList(size, 2 * size),
            fit.intercept(),
            List.of(),
            List.of());
    return withMonotoneMap(linear, examples);
  }

  private static DirectionModel withMonotoneMap(DirectionModel linear, List<Example> examples) {
    List<double[]> points = new ArrayList<>();
    for (Example example : examples) {
      points.add(new double[] {linear.linear(example.features()), example.quality()});
    }
    points.sort(Comparator.<double[]>comparingDouble(p -> p[0]).thenComparingDouble(p -> p[1]));
    Isotonic.Steps steps = Isotonic.fit(points, Math.max(1, points.size() / GROUPS));
    return new DirectionModel(
        linear.names(),
        linear.means(),
        linear.deviations(),
        linear.weights(),
        linear.squareWeights(),
        linear.intercept(),
        Collections.unmodifiableList(steps.positions()),
        Collections.unmodifiableList(steps.values()));
  }
}
