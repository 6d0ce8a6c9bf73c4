package io.sluice.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * A histogram as it was read. Immutable; pure functions.
 *
 * @param upperBounds of the buckets, ascending, the last infinite; empty: no histogram
 * @param cumulative observations at or below each bound
 * @param sum of all observations
 */
public record HistogramReading(List<Double> upperBounds, List<Double> cumulative, double sum) {
  public HistogramReading {
    upperBounds = List.copyOf(upperBounds);
    cumulative = List.copyOf(cumulative);
    if (upperBounds.size() != cumulative.size()) {
      throw new IllegalArgumentException(
          upperBounds.size() + " bounds, " + cumulative.size() + " counts");
    }
  }

  /** Number of observations. */
  public double count() {
    return cumulative.isEmpty() ? 0 : cumulative.get(cumulative.size() - 1);
  }

  /** Mean of the observations; empty without any. */
  public OptionalDouble mean() {
    return count() > 0 ? OptionalDouble.of(sum / count()) : OptionalDouble.empty();
  }

  /**
   * What was observed since an earlier reading of the same histogram. If that is not earlier (the
   * process was started anew, buckets differ), everything.
   */
  public HistogramReading since(HistogramReading earlier) {
    if (!earlier.upperBounds.equals(upperBounds)) {
      return this;
    }
    List<Double> differences = new ArrayList<>(cumulative.size());
    for (int i = 0; i < cumulative.size(); i++) {
      double difference = cumulative.get(i) - earlier.cumulative.get(i);
      if (difference < 0) {
        return this;
      }
      differences.add(difference);
    }
    return new HistogramReading(upperBounds, differences, sum - earlier.sum);
  }

  /**
   * The value that a share of the observations does not exceed, by straight lines within buckets,
   * as Prometheus' {@code histogram_quantile} does: the first bucket begins at 0, and beyond the
   * last finite bound nothing is known, so that bound is the answer.
   *
   * @param share 0 to 1
   * @return empty without observations
   */
  public OptionalDouble quantile(double share) {
    if (share < 0 || share > 1) {
      throw new IllegalArgumentException("a share is 0 to 1, not " + share);
    }
    double rank = share * count();
    if (count() <= 0 || upperBounds.size() < 2) {
      return OptionalDouble.empty();
    }
    int last = upperBounds.size() - 1;
    int bucket = 0;
    while (bucket < last && cumulative.get(bucket) < rank) {
      bucket++;
    }
    if (bucket == last) {
      return OptionalDouble.of(upperBounds.get(last - 1));
    }
    double from = bucket == 0 ? 0 : upperBounds.get(bucket - 1);
    double below = bucket == 0 ? 0 : cumulative.get(bucket - 1);
    double within = cumulative.get(bucket) - below;
    double part = within == 0 ? 0 : (rank - below) / within;
    return OptionalDouble.of(from + part * (upperBounds.get(bucket) - from));
  }
}
