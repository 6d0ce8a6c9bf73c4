package io.sluice.quality;

import io.sluice.quality.QualityCalibrator.Example;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How well an estimator predicts quality, beside the mean log-probability alone.
 *
 * @param estimator the calibrated score
 * @param baseline exponential of the mean token log-probability
 * @param logBaselinePearson linear correlation of the mean token log-probability itself
 */
public record CalibrationReport(Series estimator, Series baseline, double logBaselinePearson) {
  private static final int BINS = 10;

  /**
   * One predictor.
   *
   * @param bins reliability, ten bins of width 0.1, empty bins left out
   * @param pearson linear correlation with the observed quality
   * @param spearman rank correlation with the observed quality
   */
  public record Series(List<Bin> bins, double pearson, double spearman) {}

  /**
   * A line of the reliability table.
   *
   * @param from lower bound of the prediction
   * @param count examples
   * @param meanPredicted mean prediction
   * @param meanObserved mean observed quality
   */
  public record Bin(double from, int count, double meanPredicted, double meanObserved) {}

  /** Compares predictions with known quality; the examples should not be those fitted to. */
  public static CalibrationReport of(QualityEstimator estimator, List<Example> examples) {
    double[] observed = examples.stream().mapToDouble(Example::quality).toArray();
    double[] scores =
        examples.stream().mapToDouble(e -> estimator.score(e.languages(), e.features())).toArray();
    double[] logBaseline =
        examples.stream().mapToDouble(e -> e.features().statistics().mean()).toArray();
    double[] baseline = Arrays.stream(logBaseline).map(Math::exp).toArray();
    return new CalibrationReport(
        series(scores, observed), series(baseline, observed), pearson(logBaseline, observed));
  }

  private static Series series(double[] predicted, double[] observed) {
    List<Bin> bins = new ArrayList<>();
    for (int b = 0; b < BINS; b++) {
      int bin = b;
      int[] members =
          IntStream.range(0, predicted.length)
              .filter(i -> Math.min(BINS - 1, (int) (predicted[i] * BINS)) == bin)
              .toArray();
      if (members.length > 0) {
        bins.add(
            new Bin(
                (double) b / BINS,
                members.length,
                IntStream.of(members).mapToDouble(i -> predicted[i]).average().orElse(0),
                IntStream.of(members).mapToDouble(i -> observed[i]).average().orElse(0)));
      }
    }
    return new Series(
        List.copyOf(bins),
        pearson(predicted, observed),
        pearson(ranks(predicted), ranks(observed)));
  }

  private static double pearson(double[] x, double[] y) {
    double meanX = IntStream.range(0, x.length).mapToDouble(i -> x[i]).average().orElse(0);
    double meanY = IntStream.range(0, y.length).mapToDouble(i -> y[i]).average().orElse(0);
    double xy = 0;
    double xx = 0;
    double yy = 0;
    for (int i = 0; i < x.length; i++) {
      xy += (x[i] - meanX) * (y[i] - meanY);
      xx += (x[i] - meanX) * (x[i] - meanX);
      yy += (y[i] - meanY) * (y[i] - meanY);
    }
    return xx == 0 || yy == 0 ? 0 : xy / Math.sqrt(xx * yy);
  }

  /** Ranks from 0; equal values share their mean rank. */
  private static double[] ranks(double[] values) {
    List<Integer> order =
        IntStream.range(0, values.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> values[i]))
            .toList();
    double[] ranks = new double[values.length];
    int start = 0;
    while (start < order.size()) {
      int end = start;
      while (end < order.size()
          && Double.compare(values[order.get(end)], values[order.get(start)]) == 0) {
        end++;
      }
      for (int i = start; i < end; i++) {
        ranks[order.get(i)] = (start + end - 1) / 2.0;
      }
      start = end;
    }
    return ranks;
  }
}
