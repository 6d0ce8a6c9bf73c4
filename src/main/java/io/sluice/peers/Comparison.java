package io.sluice.peers;

import io.sluice.peers.Race.Result;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** One contender against another of the same race. Pure functions. */
public final class Comparison {
  private Comparison() {}

  /** How many times faster: the median over the repetitions of the ratio of both times. */
  public static double ratio(Result own, Result other) {
    return ratio(own.seconds(), other.seconds());
  }

  /** The same of decoding alone. */
  public static double decodeRatio(Result own, Result other) {
    return ratio(own.decodeSeconds(), other.decodeSeconds());
  }

  private static double ratio(List<Double> own, List<Double> other) {
    return median(
        IntStream.range(0, own.size()).mapToDouble(i -> other.get(i) / own.get(i)).toArray());
  }

  /** Share of the texts that are the same. */
  public static double identicalShare(Result own, Result other) {
    return (double) IntStream.range(0, own.texts().size()).filter(i -> same(own, other, i)).count()
        / own.texts().size();
  }

  /** The largest difference of a mean log-probability where the texts are the same. */
  public static double logProbabilityDifference(Result own, Result other) {
    return IntStream.range(0, own.texts().size())
        .filter(i -> same(own, other, i))
        .mapToDouble(
            i -> Math.abs(own.meanLogProbabilities().get(i) - other.meanLogProbabilities().get(i)))
        .max()
        .orElse(0);
  }

  private static boolean same(Result own, Result other, int i) {
    return own.texts().get(i).equals(other.texts().get(i));
  }

  /** The median; the mean of the middle two if their number is even. */
  public static double median(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** The median of a list. */
  public static double median(List<Double> values) {
    return median(values.stream().mapToDouble(Double::doubleValue).toArray());
  }
}
