package io.sluice.quality;

import io.sluice.domain.LanguagePair;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Fits the estimator: ridge regression and then isotonic regression of chrF on its predictions;
 * beside it, if there are examples of input that cannot be translated, logistic regression that
 * tells them apart. Pure functions, deterministic.
 */
public final class QualityCalibrator {
  private static final double RIDGE = 1;
  private static final double SMALLEST_DEVIATION = 1e-6;
  private static final int GROUPS = 50;

  /** Share of input that cannot be translated, as the fit assumes it; each kind alike. */
  private static final double UNTRANSLATABLE_SHARE = 0.02;

  private QualityCalibrator() {}

  /**
   * One translation whose quality is known.
   *
   * @param languages direction
   * @param features what the estimator will see
   * @param quality chrF against the best reference, 0 to 1
   */
  public record Example(LanguagePair languages, QualityFeatures features, double quality) {}

  /** The same without input that cannot be translated. */
  public static Calibration fit(
      String method, Map<String, LanguageProfile> languages, List<Example> examples) {
    return fit(method, languages, examples, Map.of());
  }

  /**
   * Fits a model for each direction among the examples, and one of all of them for every other
   * direction, which knows no language profiles.
   *
   * @param method name and version, as results will state it
   * @param languages profiles that the features were computed with
   * @param examples at least two for a direction; in any order
   * @param untranslatable examples of input that cannot be translated, by kind; their quality is
   *     not looked at
   */
  public static Calibration fit(
      String method,
      Map<String, LanguageProfile> languages,
      List<Example> examples,
      Map<String, List<Example>> untranslatable) {
    Map<String, DirectionModel> models = new TreeMap<>();
    List<LanguagePair> directions = examples.stream().map(Example::languages).distinct().toList();
    for (LanguagePair direction : directions) {
      models.put(
          direction.toString(),
          fit(
              examples.stream().filter(e -> e.languages().equals(direction)).toList(),
              untranslatable.values().stream()
                  .map(kind -> kind.stream().filter(e -> e.languages().equals(direction)).toList())
                  .toList()));
    }
    models.put(
        Calibration.ANY_DIRECTION,
        fit(
            withoutProfiles(examples),
            untranslatable.values().stream().map(QualityCalibrator::withoutProfiles).toList()));
    return new Calibration(method, models, languages);
  }

  private static List<Example> withoutProfiles(List<Example> examples) {
    return examples.stream()
        .map(e -> new Example(e.languages(), e.features().withoutProfiles(), e.quality()))
        .toList();
  }

  private static DirectionModel fit(List<Example> examples, List<List<Example>> untranslatable) {
    List<Double> means = new ArrayList<>();
    List<Double> deviations = new ArrayList<>();
    measure(examples, means, deviations);
    double[][] design = design(examples, means, deviations);
    double[] targets = examples.stream().mapToDouble(Example::quality).toArray();
    Ridge.Fit fit = Ridge.fit(design, targets, RIDGE);
    LinearModel quality = LinearModel.of(fit.weights(), fit.intercept());
    Isotonic.Steps steps = monotone(quality, examples, means, deviations);
    return new DirectionModel(
        QualityFeatures.NAMES,
        means,
        deviations,
        quality,
        Collections.unmodifiableList(steps.positions()),
        Collections.unmodifiableList(steps.values()),
        trust(design, untranslatable, means, deviations));
  }

  private static void measure(List<Example> examples, List<Double> means, List<Double> deviations) {
    double[][] rows = examples.stream().map(e -> e.features().vector()).toArray(double[][]::new);
    for (int i = 0; i < QualityFeatures.NAMES.size(); i++) {
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
  }

  private static double[][] design(
      List<Example> examples, List<Double> means, List<Double> deviations) {
    return examples.stream()
        .map(e -> DirectionModel.standardised(e.features().vector(), means, deviations))
        .map(LinearModel::design)
        .toArray(double[][]::new);
  }

  private static Isotonic.Steps monotone(
      LinearModel quality, List<Example> examples, List<Double> means, List<Double> deviations) {
    List<double[]> points = new ArrayList<>();
    for (Example example : examples) {
      double[] z = DirectionModel.standardised(example.features().vector(), means, deviations);
      points.add(new double[] {quality.at(z), example.quality()});
    }
    points.sort(Comparator.<double[]>comparingDouble(p -> p[0]).thenComparingDouble(p -> p[1]));
    return Isotonic.fit(points, Math.max(1, points.size() / GROUPS));
  }

  private static LinearModel trust(
      double[][] translatable,
      List<List<Example>> untranslatable,
      List<Double> means,
      List<Double> deviations) {
    List<double[]> rows = new ArrayList<>(List.of(translatable));
    List<Double> sampleWeights = new ArrayList<>(Collections.nCopies(translatable.length, 1.0));
    List<List<Example>> kinds = untranslatable.stream().filter(kind -> !kind.isEmpty()).toList();
    if (kinds.isEmpty()) {
      return null;
    }
    double weightOfKind = UNTRANSLATABLE_SHARE * translatable.length / kinds.size();
    for (List<Example> kind : kinds) {
      rows.addAll(List.of(design(kind, means, deviations)));
      sampleWeights.addAll(Collections.nCopies(kind.size(), weightOfKind / kind.size()));
    }
    double[] labels = new double[rows.size()];
    Arrays.fill(labels, 0, translatable.length, 1);
    Ridge.Fit fit =
        LogisticRegression.fit(
            rows.toArray(double[][]::new),
            labels,
            sampleWeights.stream().mapToDouble(weight -> weight).toArray(),
            RIDGE);
    return LinearModel.of(fit.weights(), fit.intercept());
  }
}
